import type { ErasureStep } from '@account-data/engine';
import type { CompactionError, CompactionReport, LmdbEventStore } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';

const elsewhere =
  'Backups and other copies of the data folder still hold the data, and other processes the old file until they next read: delete or replace the copies.';

/**
 * The step that rewrites the embedded log, so that its file holds no byte of the user any more. Rewriting copies the
 * whole log: erasures that are asked for while it runs share the next one.
 *
 * @category constructors
 */
export const compactionStep = (store: Pick<LmdbEventStore, 'compact'>): ErasureStep => {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<E.Either<CompactionError, CompactionReport>> | undefined;
  const shared = (): Promise<E.Either<CompactionError, CompactionReport>> => {
    next ??= running.then(() => {
      next = undefined;
      const run = store.compact()();
      running = run.catch(() => undefined);
      return run;
    });
    return next;
  };
  return {
    step: 'log',
    run: async () => {
      const report = await shared();
      if (E.isLeft(report)) throw new Error('message' in report.left ? report.left.message : report.left.code);
      const { entriesRemoved, bytesBefore, bytesAfter } = report.right;
      return {
        removed: [`the log file was written anew without ${String(entriesRemoved)} entries (${String(bytesBefore)} bytes before, ${String(bytesAfter)} after)`],
        remains: [elsewhere],
      };
    },
  };
};
