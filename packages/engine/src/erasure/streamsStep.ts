import type { StreamNames } from '@account-data/domain';
import { type EventStore, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import type { ErasureStep } from './ErasureReceipt.js';

/** Deletes the user's two streams for good, also those never written, so that no late append can bring them to life. */
export const streamsStep = (store: EventStore, names: StreamNames): ErasureStep => ({
  step: 'streams',
  run: async (userId, _signal, tell) => {
    const streams = [names.accountData(userId), names.tags(userId)];
    for (const [removed, stream] of streams.entries()) {
      tell?.(removed, streams.length);
      const tombstoned = await store.tombstone(StreamName(stream))();
      if (E.isLeft(tombstoned)) throw new StoreError(tombstoned.left);
    }
    return {
      removed: streams.map((stream) => `the stream ${stream}`),
      remains: [
        'the user ID itself, which the log keeps so that it can not be used again',
        'backups, and readers that took a copy (change feed consumers are told by a UserErased event)',
      ],
    };
  },
});
