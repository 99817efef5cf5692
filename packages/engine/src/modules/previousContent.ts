import type { UserId } from '@account-data/domain';
import type { PreviousContent } from '@account-data/modules';
import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import { HistoryFailed } from '../exceptions.js';

/** How long a module waits for the projection to know the change it asks about, in milliseconds. */
const patience = 30_000;

/** What a key held before a change, found through the projection's index. */
export const previousContent =
  (projection: Projection, streamOf: (userId: UserId) => string): PreviousContent =>
  async ({ userId, revision }) => {
    await projection.waitForRevision(streamOf(userId), revision, patience);
    const change = await projection.change(userId, revision)();
    if (E.isLeft(change)) throw new HistoryFailed(change.left);
    return change.right?.previousContent ?? null;
  };
