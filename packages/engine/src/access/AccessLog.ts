import { type Access, type AccessEntry, type AccessKind, RevisionCodec, type StreamNames } from '@account-data/domain';
import { type AppendError, type EventStore, type ReadError, Revision, type StreamName, StreamName as streamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { accessEntryOf, accessEvent } from './accessEvent.js';
import { isMonth, monthBefore, monthOf } from './months.js';
import { recentAccesses } from './recentAccesses.js';

/** Which entries are asked for. @category model */
export interface AccessQuery {
  /** Whose data: entries about this user, and about all users. */
  readonly userId?: string;
  /** Who looked: the `id` of the actor. */
  readonly actor?: string;
  readonly kind?: AccessKind;
  /** Where to go on: `next` of the page before. */
  readonly after?: AccessPlace;
  readonly limit: number;
}

/** A place in the access log, to go on behind. @category model */
export interface AccessPlace {
  readonly month: string;
  /** Exclusive; absent: from the end of that month. */
  readonly before?: Revision;
}

/** Entries, the newest first. `next` is absent where there are no more; a page may have few entries, or none, and a `next`. @category model */
export interface AccessPage {
  readonly entries: ReadonlyArray<AccessEntry>;
  readonly next?: AccessPlace;
}

/**
 * Who looked at whose data, when and why. It is no account data: neither feed nor projection nor modules hear of it, and
 * exports leave it out. See the package's decision record 2.
 *
 * @category model
 */
export interface AccessLog {
  /**
   * Notes an access, durably when it is resolved. The same again within ten minutes is the same access, and appends
   * nothing: same actor, role, user, kind and reason.
   */
  readonly note: (access: Access) => TE.TaskEither<AppendError, void>;
  readonly page: (query: AccessQuery) => TE.TaskEither<ReadError, AccessPage>;
  /** Deletes the months that ended before a time (milliseconds since the Unix epoch), for good. Gives how many. */
  readonly forgetBefore: (time: number) => TE.TaskEither<ReadError | AppendError, number>;
}

/** The most entries that one page looks at. */
const lookedAt = 2_000;

const pageBytes = 256 * 1024;

export interface AccessLogOptions {
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly runtime: Runtime;
}

/** The access log of a log. @category constructors */
export const accessLog = ({ store, names, runtime }: AccessLogOptions): AccessLog => {
  const { clock, random } = runtime;
  const recent = recentAccesses<AppendError>(clock);
  const streamOf = (month: string): StreamName => streamName(names.access(month));
  const thisMonth = (): string => monthOf(clock.now());

  /** The month in which the log began: before it there is nothing. Undefined of a log that has not begun. */
  const firstMonth: TE.TaskEither<ReadError, string | undefined> = async () => {
    const slice = await store.read(streamName(names.log), { limit: 1 })();
    if (E.isLeft(slice)) return slice;
    const [first] = slice.right._tag === 'Events' ? slice.right.events : [];
    return E.right(first === undefined ? undefined : monthOf(first.created));
  };

  const append = (access: Access): TE.TaskEither<AppendError, void> => async () => {
    const appended = await store.append(streamOf(thisMonth()), [accessEvent(random.uuid(), access)], 'any')();
    return E.isLeft(appended) ? appended : E.right(undefined);
  };

  return {
    note: (access) => () => recent.once(access, append(access)),

    page: ({ userId, actor, kind, after, limit }) => async () => {
      const began = await firstMonth();
      if (E.isLeft(began)) return began;
      const first = began.right;
      if (first === undefined) return E.right({ entries: [] });
      const isAsked = (entry: AccessEntry): boolean =>
        (userId === undefined || entry.userId === null || entry.userId === userId) &&
        (actor === undefined || entry.actor.id === actor) &&
        (kind === undefined || entry.kind === kind);
      const entries: Array<AccessEntry> = [];
      let looked = 0;
      let before = after?.before;
      for (let month = after?.month ?? thisMonth(); month >= first; month = monthBefore(month), before = undefined) {
        for (;;) {
          const from = before === undefined ? undefined : revisionBefore(before);
          if (from === 'none') break;
          const slice = await store.read(streamOf(month), { direction: 'backwards', limit: 200, maxBytes: pageBytes, ...(from === undefined ? {} : { from }) })();
          if (E.isLeft(slice)) return slice;
          if (slice.right._tag !== 'Events') break;
          for (const event of slice.right.events) {
            if (entries.length === limit || looked === lookedAt) return E.right({ entries, next: { month, ...(before === undefined ? {} : { before }) } });
            looked += 1;
            before = event.revision;
            const entry = accessEntryOf(event);
            if (entry !== undefined && isAsked(entry)) entries.push(entry);
          }
          if (slice.right.isEnd) break;
        }
      }
      return E.right({ entries });
    },

    forgetBefore: (time) => async () => {
      const began = await firstMonth();
      if (E.isLeft(began)) return began;
      let forgotten = 0;
      for (let month = monthBefore(monthOf(time)); began.right !== undefined && month >= began.right; month = monthBefore(month)) {
        const slice = await store.read(streamOf(month), { limit: 1 })();
        if (E.isLeft(slice)) return slice;
        if (slice.right._tag !== 'Events') continue;
        const gone = await store.tombstone(streamOf(month))();
        if (E.isLeft(gone)) return gone;
        forgotten += 1;
      }
      return E.right(forgotten);
    },
  };
};

const revisionBefore = (revision: Revision): Revision | 'none' => (revision === '0' ? 'none' : Revision(String(BigInt(revision) - 1n)));

/** A place as text, for cursors. @category destructors */
export const accessPlaceText = ({ month, before }: AccessPlace): string => `${month}:${before ?? ''}`;

/** The place of a text; undefined where it is none. @category constructors */
export const parseAccessPlace = (text: string): AccessPlace | undefined => {
  const [month = '', before = '', ...rest] = text.split(':');
  if (!isMonth(month) || rest.length > 0 || (before !== '' && !RevisionCodec.is(before))) return undefined;
  return { month, ...(before === '' ? {} : { before: Revision(before) }) };
};
