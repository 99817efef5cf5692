import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type { ErasureStep } from './ErasureReceipt.js';

/**
 * Reads show nothing of the user since the erasure was recorded, but a file from which records were deleted keeps their
 * bytes until they are overwritten: the projection is built anew beside itself and takes its own place.
 */
export const projectionStep = (projection: Projection): ErasureStep => ({
  step: 'projection',
  run: async () => {
    const rebuilt = await projection.rebuild()();
    if (E.isRight(rebuilt)) return { removed: ["the user's part of the projection, and its bytes in the projection's file"], remains: [] };
    if (rebuilt.left._tag === 'RebuildRunning') {
      return {
        removed: ["the user's part of the projection"],
        remains: ["freed bytes in the projection's file, until the rebuild that is running has ended and another was run"],
      };
    }
    throw new Error(`the projection could not be rebuilt (${rebuilt.left.code})`);
  },
});
