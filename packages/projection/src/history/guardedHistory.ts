import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HistoryError } from '../errors.js';
import type { ProjectionHistory } from '../Projection.js';
import { StorageDamaged } from '../storage/StorageProvider.js';

type Read<Question extends ReadonlyArray<unknown>, A> = (...question: Question) => TE.TaskEither<HistoryError, A>;

/** A read that answers with an error where it meets a damaged record. */
const guarded =
  <Question extends ReadonlyArray<unknown>, A>(read: Read<Question, A>): Read<Question, A> =>
  (...question) =>
  async () => {
    try {
      return await read(...question)();
    } catch (error) {
      if (!(error instanceof StorageDamaged)) throw error;
      return E.left({ _tag: 'ProjectionDamaged', code: 'projection_damaged', message: `${error.message}. It is built anew from the log: ask again.` });
    }
  };

/** The same reads, whose errors say so where they meet damage in storage. @category combinators */
export const guardedHistory = (reads: ProjectionHistory): ProjectionHistory => ({
  history: guarded(reads.history),
  change: guarded(reads.change),
  tagHistory: guarded(reads.tagHistory),
  logHistory: guarded(reads.logHistory),
  asOf: guarded(reads.asOf),
  tagsAsOf: guarded(reads.tagsAsOf),
  getAsOf: guarded(reads.getAsOf),
});
