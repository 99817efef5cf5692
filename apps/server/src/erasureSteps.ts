import type { ErasureStep } from '@account-data/engine';
import type { LmdbEventStore } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';

/** Rewrites the embedded log without the streams that were deleted: deleting records leaves their bytes in the file. */
export const compactionStep = (store: Pick<LmdbEventStore, 'compact'>): ErasureStep => ({
  step: 'log',
  run: async () => {
    const compacted = await store.compact()();
    if (E.isLeft(compacted)) throw new Error(`the log could not be rewritten (${compacted.left.code})`);
    return {
      removed: ["the bytes of the user's events in the log's file, which was rewritten"],
      remains: ['copies of the data folder, and the old file in other processes until they next read'],
    };
  },
});

/** What only whoever runs EventStoreDB can do. Source: EventStoreDB documentation, "Scavenging". */
export const scavengeStep: ErasureStep = {
  step: 'log',
  run: () =>
    Promise.resolve({
      removed: [],
      remains: [
        "the bytes of the user's events in EventStoreDB's chunk files: run a scavenge on every node, with its threshold set so that all chunks are scavenged",
      ],
    }),
};
