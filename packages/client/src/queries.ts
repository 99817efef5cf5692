import { maxPageEntries, type Position, type Revision } from '@account-data/domain';
import { getActivity, getHistory, getLogHistory, getState, getTagHistory, getTags, globalKey, roomKey } from '@account-data/service-api';
import { ClientError } from './ClientError.js';
import type { Transport } from './http/Transport.js';
import type { Activity, Entry, HistoryEntry, HistoryPage, RoomTags, StatePage, TagHistoryEntry, TagHistoryPage } from './model.js';
import type { AtLeast, ReadOptions } from './options.js';
import { defined, itemsOf, readHeaders } from './reads.js';

/** As of a moment, one of: a revision of the user's account data, a position of the log, a time. Absent: now. @category model */
export interface MomentQuery extends ReadOptions {
  readonly atRevision?: Revision;
  readonly atPosition?: Position;
  readonly atTime?: number;
  /** Which time: when a change was made (the default), or when the log recorded it, which of an import is later. */
  readonly by?: 'original' | 'recorded';
}

/** Which account data a page has. @category model */
export interface StateQuery extends MomentQuery {
  /** Null: only what belongs to no room. Absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
  /** Tombstones of deleted keys, too. */
  readonly includeDeleted?: boolean;
  /** Entries a page, at most 1,000. Default 500. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

interface HistoryWindow extends ReadOptions {
  /** Default `backwards`: newest first. */
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  /** Which time: when a change was made (the default), or when the log recorded it, which of an import is later. */
  readonly by?: 'original' | 'recorded';
  /** Entries a page, which has at most 1,000 whatever is asked for. Default 100. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** Which changes of a user's account data a page has. @category model */
export interface HistoryQuery extends HistoryWindow {
  readonly roomId?: string | null;
  readonly type?: string;
  /** A revision of the user's stream to begin at, inclusive. */
  readonly from?: Revision;
}

/** Which changes of a user's room tags a page has. @category model */
export interface TagHistoryQuery extends HistoryWindow {
  readonly roomId?: string;
  readonly tag?: string;
  /** A revision of the user's tag stream to begin at, inclusive. */
  readonly from?: Revision;
}

/** Which changes across users a page has. @category model */
export interface LogHistoryQuery extends HistoryWindow {
  readonly type?: string;
  /** A position of the log to begin at, inclusive. */
  readonly from?: Position;
}

/** Over which time changes are counted, by their recording, and in how many parts. @category model */
export interface ActivityQuery extends ReadOptions {
  /** Default `account_data`. */
  readonly of?: 'account_data' | 'tags';
  /** Inclusive. Default: the first change. */
  readonly since?: number;
  /** Exclusive. Default: just after the last change. */
  readonly until?: number;
  /** At most 1,000. Default 100. */
  readonly parts?: number;
}

/** Reads. All reject with a {@link ClientError}. @category model */
export interface QueryCalls {
  /** Undefined where there is none, or it was deleted. */
  readonly get: (userId: string, roomId: string | null, type: string, options?: ReadOptions) => Promise<Entry | undefined>;
  /** A page of a user's account data, now or as of a moment. */
  readonly state: (userId: string, query?: StateQuery) => Promise<StatePage>;
  /** All entries, page by page. */
  readonly entries: (userId: string, query?: StateQuery) => AsyncGenerator<Entry, void, void>;
  /** Rooms in which the user has tags, now or as of a moment. */
  readonly tags: (userId: string, query?: MomentQuery) => Promise<ReadonlyArray<RoomTags>>;
  /** A page of who changed what, when, why, from what to what. */
  readonly history: (userId: string, query?: HistoryQuery) => Promise<HistoryPage>;
  /** All of it, page by page. What is appended meanwhile shifts nothing. */
  readonly historyEntries: (userId: string, query?: HistoryQuery) => AsyncGenerator<HistoryEntry, void, void>;
  /** A page of who set or removed which room tag. */
  readonly tagHistory: (userId: string, query?: TagHistoryQuery) => Promise<TagHistoryPage>;
  readonly tagHistoryEntries: (userId: string, query?: TagHistoryQuery) => AsyncGenerator<TagHistoryEntry, void, void>;
  /** How many changes of a user were recorded in each of parts of equal length; undefined where there is none. */
  readonly activity: (userId: string, query?: ActivityQuery) => Promise<Activity | undefined>;
  /** Changes of all users, in the order of the log. */
  readonly logHistory: (query?: LogHistoryQuery) => Promise<HistoryPage>;
  readonly logHistoryEntries: (query?: LogHistoryQuery) => AsyncGenerator<HistoryEntry, void, void>;
}

/** Makes these calls. @category constructors */
export const queryCalls = (transport: Transport, usually: AtLeast): QueryCalls => {
  const reading = (options: ReadOptions) => ({
    headers: readHeaders(transport, options, usually),
    signal: options.signal,
    timeout: transport.timeout + (options.waitTimeout ?? 5_000),
    repeatable: true,
  });

  const state = async (userId: string, query: StateQuery = {}): Promise<StatePage> => {
    const { roomId, type, includeDeleted, atRevision, atPosition, atTime, by, limit, cursor } = query;
    return transport.call(getState, {
      params: { userId },
      query: defined({
        roomId,
        type,
        includeDeleted,
        atRevision,
        atPosition,
        atTime,
        by,
        limit,
        cursor,
      }),
      ...reading(query),
    });
  };

  const window = ({ direction, since, until, by, limit, cursor }: HistoryWindow) => ({
    direction,
    since,
    until,
    by,
    limit: limit === undefined ? undefined : Math.min(limit, maxPageEntries),
    cursor,
  });

  const history = async (userId: string, query: HistoryQuery = {}): Promise<HistoryPage> =>
    transport.call(getHistory, {
      params: { userId },
      query: defined({ ...window(query), type: query.type, roomId: query.roomId, from: query.from }),
      ...reading(query),
    });

  const tagHistory = async (userId: string, query: TagHistoryQuery = {}): Promise<TagHistoryPage> =>
    transport.call(getTagHistory, {
      params: { userId },
      query: defined({ ...window(query), roomId: query.roomId, tag: query.tag, from: query.from }),
      ...reading(query),
    });

  const logHistory = async (query: LogHistoryQuery = {}): Promise<HistoryPage> =>
    transport.call(getLogHistory, { params: {}, query: defined({ ...window(query), type: query.type, from: query.from }), ...reading(query) });

  return {
    get: async (userId, roomId, type, options = {}) => {
      if (isStep(type)) return (await state(userId, { ...options, roomId, type })).entries[0];
      try {
        return roomId === null
            ? await transport.call(globalKey.get, { params: { userId, type }, query: {}, ...reading(options) })
            : await transport.call(roomKey.get, { params: { userId, roomId, type }, query: {}, ...reading(options) });
      } catch (error) {
        if (error instanceof ClientError && error.code === 'not_found') return undefined;
        throw error;
      }
    },
    state,
    entries: (userId, query = {}) => itemsOf((cursor) => state(userId, at(query, cursor))),
    tags: async (userId, query = {}) => {
      const { atRevision, atPosition, atTime, by } = query;
      const { rooms } = await transport.call(getTags, {
        params: { userId },
        query: defined({ atRevision, atPosition, atTime, by }),
        ...reading(query),
      });
      return rooms;
    },
    history,
    historyEntries: (userId, query = {}) => itemsOf((cursor) => history(userId, at(query, cursor))),
    tagHistory,
    tagHistoryEntries: (userId, query = {}) => itemsOf((cursor) => tagHistory(userId, at(query, cursor))),
    activity: async (userId, query = {}) => {
      const { of, since, until, parts } = query;
      const { activity } = await transport.call(getActivity, { params: { userId }, query: defined({ of, since, until, parts }), ...reading(query) });
      return activity ?? undefined;
    },
    logHistory,
    logHistoryEntries: (query = {}) => itemsOf((cursor) => logHistory(at(query, cursor))),
  };
};

const at = <Q extends { readonly cursor?: string }>(query: Q, cursor: string | undefined): Q => (cursor === undefined ? query : { ...query, cursor });

/** URL parsers take `.` and `..` for steps in the path, percent-encoded too (WHATWG URL): such types go in the query. */
const isStep = (type: string): boolean => type === '.' || type === '..';
