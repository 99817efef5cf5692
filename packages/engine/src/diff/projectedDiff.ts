import type { AsOf, HistoryError, Projection, StateAsOf } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type DiffFilter, type StateDiff, diffStates } from './stateDiff.js';

/** From a moment to another, or to now. @category model */
export interface DiffQuery extends DiffFilter {
  readonly from: AsOf;
  /** Absent: now. */
  readonly to?: AsOf;
}

type State = Pick<StateAsOf, 'revision' | 'entries'>;

const stateAt = (projection: Projection, userId: string, at: AsOf | undefined): TE.TaskEither<HistoryError, State> =>
  at === undefined
    ? () => Promise.resolve(E.right({ revision: projection.heads(userId).accountData, entries: projection.entries(userId) }))
    : projection.asOf(userId, at);

/** What changed of a user's account data between two moments, by the projection. @category constructors */
export const projectedDiff =
  (projection: Projection) =>
  (userId: string, query: DiffQuery): TE.TaskEither<HistoryError, StateDiff> =>
  async () => {
    const before = await stateAt(projection, userId, query.from)();
    if (E.isLeft(before)) return before;
    const after = await stateAt(projection, userId, query.to)();
    if (E.isLeft(after)) return after;
    return E.right({
      fromRevision: before.right.revision,
      toRevision: after.right.revision,
      changes: diffStates(before.right.entries, after.right.entries, query),
    });
  };
