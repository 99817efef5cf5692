import { parseUserId } from '@account-data/domain';
import { type AccountDataEntry, type AsOfPageQuery, type HistoryError, type Projection, compareEntries } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { BatchItem, ChangeOptions, ChangeResult, CommandTasks } from '../AccountDataEngine.js';
import { type DiffFilter, diffStates, keyOf } from '../diff/stateDiff.js';
import type { CommandError } from '../errors.js';
import type { ChangeOrigin } from './ChangeRequest.js';
import type { KeyRestore, RestoredKey, RestoreMoment } from './StateRestore.js';

/** How much of a past state is read at a time, in bytes. */
const pageBytes = 256 * 1024;

type Past = Pick<Projection, 'asOf'>;

const filterOf = ({ roomId, type }: DiffFilter): Pick<AsOfPageQuery, 'roomId' | 'type'> => ({
  ...(roomId === undefined ? {} : { roomId }),
  ...(type === undefined ? {} : { type }),
});

const stateThen = async (projection: Past, userId: string, moment: RestoreMoment, filter: DiffFilter): Promise<E.Either<HistoryError, ReadonlyArray<AccountDataEntry>>> => {
  const entries: Array<AccountDataEntry> = [];
  for (let page: Pick<AsOfPageQuery, 'after'> | undefined = {}; page !== undefined; ) {
    const read = await projection.asOf(userId, moment, { ...filterOf(filter), ...page, maxBytes: pageBytes })();
    if (E.isLeft(read)) return read;
    entries.push(...read.right.entries);
    page = read.right.next === undefined ? undefined : { after: read.right.next };
  }
  return E.right(entries);
};

/** What bringing the state of a moment back would change, ordered by room and type; nothing is changed. */
export const previewRestore =
  (projection: Projection) =>
  (userId: string, moment: RestoreMoment, filter: DiffFilter = {}): TE.TaskEither<HistoryError, ReadonlyArray<KeyRestore>> =>
  async () => {
    const then = await stateThen(projection, userId, moment, filter);
    if (E.isLeft(then)) return then;
    // Read last and at once: what is shown is what the conditions are about.
    const now = [...projection.entries(userId, filterOf(filter))].sort(compareEntries);
    const revisions = new Map(now.map((entry) => [keyOf(entry), entry.revision]));
    return E.right(
      diffStates(now, then.right, filter).map((change) => ({
        ...change,
        ifRevision: revisions.get(keyOf(change)) ?? 'absent',
      })),
    );
  };

/** Sets keys of a user to what they were at a moment, in one append, whose origin is `restore`. Room tags stay as they are. */
export const restoreState =
  (projection: Past, tasksOf: (origin: ChangeOrigin) => CommandTasks) =>
  (userId: string, moment: RestoreMoment, keys: ReadonlyArray<RestoredKey>, options?: ChangeOptions): TE.TaskEither<CommandError | HistoryError, ChangeResult> =>
  async () => {
    const user = parseUserId(userId);
    if (E.isLeft(user)) return user;
    const then = await stateThen(projection, userId, moment, {});
    if (E.isLeft(then)) return then;
    const past = new Map(then.right.map((entry) => [keyOf(entry), entry]));
    const items = keys.map(({ roomId, type, ifRevision }): BatchItem => {
      const entry = past.get(keyOf({ roomId, type }));
      return entry === undefined || entry.deleted
        ? { _tag: 'DeleteAccountData', roomId, type, ifRevision }
        : { _tag: 'SetAccountData', roomId, type, content: entry.content, ifRevision };
    });
    return tasksOf({ origin: 'restore' }).batch(userId, items, options)();
  };
