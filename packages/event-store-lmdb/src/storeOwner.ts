import * as E from 'fp-ts/lib/Either.js';
import { existsSync } from 'node:fs';
import { acquireOwnerLock, readOwnerNote } from './files/OwnerLock.js';
import { storeFolder } from './files/StoreFolder.js';
import { type LmdbOpenError, openErrorOf } from './LmdbOpenError.js';

/** Who owns a store. `pid` is missing where the owner has not said so yet. @category model */
export interface StoreOwner {
  readonly pid?: number;
}

/**
 * Who owns the store in a folder now; undefined where nobody does, or no store is there. It is asked of the lock, which
 * is taken for that and let go of at once: what a process wrote down that was killed does not count.
 *
 * @category constructors
 */
export const storeOwner = (path: string): E.Either<LmdbOpenError, StoreOwner | undefined> => {
  const { lock } = storeFolder(path);
  if (!existsSync(lock)) return E.right(undefined);
  try {
    const held = acquireOwnerLock(lock);
    if (held !== undefined) {
      held.release();
      return E.right(undefined);
    }
    const note = readOwnerNote(lock);
    return E.right(note === undefined ? {} : { pid: note.pid });
  } catch (cause) {
    return E.left(openErrorOf(path, cause));
  }
};
