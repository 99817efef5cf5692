import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import type { BareSettings } from '../Program.js';

/** What the declarations of lmdb leave out of its documented options. */
type Options = RootDatabaseOptionsWithPath & { readonly eventTurnBatching: boolean };

/** A bare lmdb environment in this folder. */
export const openBare = (folder: string, settings: BareSettings): RootDatabase => {
  const options: Options = { path: folder, ...settings };
  return open(options);
};
