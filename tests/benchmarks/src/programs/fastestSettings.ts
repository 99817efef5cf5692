import type { BareSettings } from '../Program.js';

/**
 * The fastest durable settings by `npm run sweep` (see the README): they differ by less than the noise, but
 * overlapping sync, which has two promises to settle for each commit.
 */
export const fastestSettings: BareSettings = {
  overlappingSync: false,
  noMemInit: true,
  pageSize: 4096,
  eventTurnBatching: true,
};
