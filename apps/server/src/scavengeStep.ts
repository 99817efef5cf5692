import type { ErasureStep } from '@account-data/engine';
import type { EventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import * as E from 'fp-ts/lib/Either.js';

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
