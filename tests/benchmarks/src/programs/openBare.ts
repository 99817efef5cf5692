import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import type { BareSettings } from '../Program.js';

/** What the declarations of lmdb leave out of its documented options. */
type Options = RootDatabaseOptionsWithPath & { readonly eventTurnBatching: boolean };

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

/** A bare lmdb environment in this folder. */
export const openBare = (folder: string, settings: BareSettings): RootDatabase => {
  const options: Options = { path: folder, ...settings };
  return open(options);
};
