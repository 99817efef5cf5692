import { type AccountDataUpdated, type EventMetadata, type HistoryEntry, type RoomTagEvent, type TagHistoryEntry, decodeStored } from '@account-data/domain';
import { earliest, type EventStore, isAfter, isBefore, type Position, type PositionedEvent, type ReadError, type ReadFrom } from '@account-data/event-store';
import type { HistoryError, Projection, TimeMeant } from '@account-data/projection';
import type { Clock, Turns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ErasedUsers } from '../erasure/ErasedUsers.js';

/** What of the log is looked for, and how far one answer reads. Whatever is given must match. @category model */
export interface LogScanQuery {
  /** The `id` of the actor. */
  readonly actor?: string;
  /** The request key that a change was asked for with. */
  readonly requestKey?: string;
  /** A correlation ID, the ID of a change, or of what caused it. */
  readonly correlationId?: string;
  /** What belongs to this room. */
  readonly roomId?: string;
  /** Only account data of this type. */
  readonly type?: string;
  /** Inclusive, in milliseconds since the Unix epoch. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  /** Which time that is. Default `original`. */
  readonly by?: TimeMeant;
  /** Exclusive: `next` of the page before. */
  readonly after?: Position;
  /** How many changes it finds at the most. */
  readonly limit: number;
  /** How many changes it reads at the most. */
  readonly budget: number;
}

/** What was found in a part of the log, the oldest first, and how far that is. @category model */
export interface LogScanPage {
  readonly entries: ReadonlyArray<HistoryEntry>;
  readonly tagEntries: ReadonlyArray<TagHistoryEntry>;
  /** How many changes were read. */
  readonly read: number;
  /** All up to here (inclusive) was read, by this page and those before it. */
  readonly position: ReadFrom;
  /** Where the log ended, as far as reads show it. */
  readonly end: ReadFrom;
  /** Ask again after this; absent at the end. */
  readonly next?: Position;
}

/** Finds changes that no index finds, by reading the log. @category model */
export type LogScan = (query: LogScanQuery) => TE.TaskEither<HistoryError | ReadError, LogScanPage>;

/** What a scan reads. */
export interface LogScanSource {
  readonly store: EventStore;
  readonly projection: Pick<Projection, 'position' | 'erased' | 'history' | 'tagHistory' | 'logHistory'>;
  readonly erased: ErasedUsers;
  readonly turns: Turns;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Of the streams of account data and of tags. */
  readonly prefixes: ReadonlyArray<string>;
}

/** How much of the log is read at once. */
const sliceEvents = 500;
const sliceBytes = 256 * 1024;

/** After so many milliseconds a page ends with what it has. */
const longest = 1_000;

/** A page ends with the change that goes beyond it. */
const pageBytes = 128 * 1024;

/** Reads the log from a place on, until a limit or the budget ends the page. @category constructors */
export const logScan =
  (source: LogScanSource): LogScan =>
  (query) =>
  async () => {
    const { store, projection, erased, turns, clock, prefixes } = source;
    const { limit, budget } = query;
    await erased.refresh();
    const end = projection.position();
    const begin = query.after === undefined ? await beginning(source, query.since) : E.right(query.after);
    if (E.isLeft(begin)) return begin;
    const deadline = clock.monotonic() + longest;
    const [entries, tagEntries]: [Array<HistoryEntry>, Array<TagHistoryEntry>] = [[], []];
    let position = begin.right;
    let read = 0;
    let bytes = 0;
    const isFull = (): boolean => read >= budget || entries.length + tagEntries.length >= limit || bytes >= pageBytes;
    for (let isCut = false; !isCut && isBefore(position, end) && !isFull(); isCut ||= clock.monotonic() >= deadline) {
      await turns.next();
      const slice = await store.readAll({ after: position, prefixes, limit: Math.min(sliceEvents, budget - read), maxBytes: sliceBytes })();
      if (E.isLeft(slice)) return slice;
      turns.spend(sliceBytes);
      for (const stored of slice.right.events) {
        if (isAfter(stored.position, end) || isFull()) break;
        position = stored.position;
        read += 1;
        const change = changeOf(stored, query);
        if (change === undefined || erased.has(change.userId) || projection.erased(change.userId)) continue;
        const found = await entryOf(source, change);
        if (E.isLeft(found)) return found;
        if (found.right === undefined) continue;
        if ('tag' in found.right) tagEntries.push(found.right);
        else entries.push(found.right);
        bytes += JSON.stringify([found.right.content, found.right.previousContent]).length;
      }
      if (!isFull()) position = earliest(slice.right.next, end);
      // A node that lags behind: it is asked again for the rest.
      isCut = slice.right.isEnd;
    }
    return E.right({ entries, tagEntries, read, position, end, ...(position !== 'start' && isBefore(position, end) ? { next: position } : {}) });
  };

/** A change that is looked for, and which of its user's streams it is of. */
interface FoundChange {
  readonly userId: string;
  readonly of: 'data' | 'tags';
  readonly stored: PositionedEvent;
}

/** The change that an event is, where it is one that is looked for. What can't be read is none: verifying tells of it. */
const changeOf = (stored: PositionedEvent, query: LogScanQuery): FoundChange | undefined => {
  const decoded = decodeStored(stored);
  if (E.isLeft(decoded)) return undefined;
  const { event, metadata } = decoded.right;
  if (event.type !== 'AccountDataUpdated' && event.type !== 'RoomTagSet' && event.type !== 'RoomTagRemoved') return undefined;
  if (!isSought(query, stored, event, metadata)) return undefined;
  return { userId: event.data.userId, of: event.type === 'AccountDataUpdated' ? 'data' : 'tags', stored };
};

const isSought = (
  { actor, requestKey, correlationId, roomId, type, since, until, by }: LogScanQuery,
  stored: PositionedEvent,
  event: AccountDataUpdated | RoomTagEvent,
  { actor: who, requestKey: key, $correlationId, $causationId, originalTime }: EventMetadata,
): boolean => {
  if (actor !== undefined && who.id !== actor) return false;
  if (requestKey !== undefined && key?.key !== requestKey) return false;
  if (correlationId !== undefined && ![$correlationId, $causationId, stored.id].includes(correlationId)) return false;
  if (roomId !== undefined && event.data.roomId !== roomId) return false;
  if (type !== undefined && !(event.type === 'AccountDataUpdated' && event.data.type === type)) return false;
  const time = by === 'recorded' || originalTime === undefined ? stored.created : Math.min(originalTime, stored.created);
  return (since === undefined || time >= since) && (until === undefined || time < until);
};

/** The change with what was there before it; undefined where it is gone meanwhile. */
const entryOf = async (
  { projection }: LogScanSource,
  { userId, of, stored: { revision, id } }: FoundChange,
): Promise<E.Either<HistoryError, HistoryEntry | TagHistoryEntry | undefined>> => {
  const query = { from: revision, direction: 'forwards', limit: 1 } as const;
  const page = await (of === 'data' ? projection.history(userId, query)() : projection.tagHistory(userId, query)());
  if (E.isLeft(page)) return page;
  const [entry] = page.right.entries;
  return E.right(entry?.eventId === id ? entry : undefined);
};

/** Where to begin: behind the last change of account data that was recorded before `since`. What was made from then on was recorded later, too. */
const beginning = async ({ projection }: LogScanSource, since: number | undefined): Promise<E.Either<HistoryError, ReadFrom>> => {
  if (since === undefined) return E.right('start');
  const before = await projection.logHistory({ direction: 'backwards', until: since, by: 'recorded', limit: 1 })();
  return E.isLeft(before) ? before : E.right(before.right.entries[0]?.position ?? 'start');
};
