import type { ProjectionStorage } from './ProjectionStorage.js';

/** The files of a storage are not what they should be: cut off, overwritten, or of another program. @category errors */
export class StorageDamaged extends Error {
  override readonly name = 'StorageDamaged';
}

/**
 * Keeps the generations of a projection's storage, each known by a name. One of them is current; a rebuild fills another
 * and then takes its place.
 *
 * @category model
 */
export interface StorageProvider {
  /** Takes it for one projection; gives what lets go of it. Rejects where another has it. */
  readonly lock: () => Promise<() => void>;
  /** The current generation; undefined before the first. */
  readonly current: () => Promise<string | undefined>;
  /** Newer than the current one: a rebuild that has not ended. */
  readonly unfinished: () => Promise<string | undefined>;
  /** Makes room for a new generation, empty. */
  readonly create: () => Promise<string>;
  /** Makes room for a storage that nobody will look for again. */
  readonly createTemporary: () => Promise<string>;
  /** Opens a generation. Rejects with {@link StorageDamaged} where its files can't be used. One opens it at a time. */
  readonly open: (name: string) => Promise<ProjectionStorage>;
  /** From now on, also after a crash, this generation is current. */
  readonly makeCurrent: (name: string) => Promise<void>;
  /** Removes a closed generation that is not current, or a temporary one, for good. */
  readonly remove: (name: string) => Promise<void>;
  /** Removes what a crash left behind: temporary storages, and generations older than the current one. None is open. */
  readonly clean: () => Promise<void>;
}
