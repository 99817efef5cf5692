import type { ErasureStep } from './ErasureReceipt.js';
import type { ProjectionScrubber } from './ProjectionScrubber.js';

/**
 * Reads show nothing of the user since the erasure was recorded, but a file from which records were deleted keeps their
 * bytes until they are overwritten: the projection is copied, and the copy takes its place.
 */
export const projectionStep = (scrubber: ProjectionScrubber): ErasureStep => ({
  step: 'projection',
  run: async () => {
    await scrubber.scrub();
    return { removed: ["the user's part of the projection, and its bytes in the projection's file"], remains: [] };
  },
});
