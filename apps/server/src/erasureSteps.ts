import type { ErasureStep } from '@account-data/engine';
import type { EventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
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

const links = 'their links ($ce-…, $et-…, $streams) keep the user ID in their data and metadata, also after a scavenge.';

/** What projections of the server keep, which only the log itself tells. */
const projectionsKeep = async (store: Pick<EventStoreDbEventStore, 'hasSystemProjections'>): Promise<ReadonlyArray<string>> => {
  const found = await store.hasSystemProjections()();
  if (E.isLeft(found)) return [`Whether the server runs system projections could not be told; where it does, ${links}`];
  return found.right ? [`The server runs projections: ${links}`] : [];
};

/**
 * What only whoever runs EventStoreDB can do. Source: EventStoreDB documentation, "Scavenging".
 *
 * @category constructors
 */
export const scavengeStep = (store: Pick<EventStoreDbEventStore, 'hasSystemProjections'>): ErasureStep => ({
  step: 'log',
  run: async () => ({
    removed: [],
    remains: [
      "The bytes of the user's events are in EventStoreDB's chunk files until a scavenge that begins after this erasure: run one on every node, with its threshold set so that all chunks are scavenged (threshold=-1). The user ID stays in the names of the tombstoned streams.",
      'Backups of the nodes still hold the data: delete or replace them.',
      "Other servers over this log remove the user from their own projection, and its bytes from the projection's file, when they hear of the erasure: those that run within seconds, others when they next start. Delete the data folders of servers that will not start again.",
      ...(await projectionsKeep(store)),
    ],
  }),
});
