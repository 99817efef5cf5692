import * as TE from 'fp-ts/lib/TaskEither.js';
import type { LmdbEventStore, LmdbEventStoreOptions } from './LmdbEventStore.js';
import { type LmdbOpenError, openErrorOf } from './LmdbOpenError.js';
import { openOwner } from './owner/openOwner.js';

/**
 * Opens the store in a folder, making it where there is none.
 *
 * @category constructors
 */
export const openLmdbEventStore = (options: LmdbEventStoreOptions): TE.TaskEither<LmdbOpenError, LmdbEventStore> =>
  TE.tryCatch(
    () => openOwner(options),
    (cause) => openErrorOf(options.path, cause),
  );
