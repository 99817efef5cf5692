import type { LmdbOpenError } from '@account-data/event-store-lmdb';

/**
 * The folder's log could not be opened, as an exception: another process owns it (`store_locked`), it is damaged, or it is
 * of a newer version. `code` is stable, `error` has the details.
 *
 * @category errors
 */
export class EngineNotOpened extends Error {
  readonly code: LmdbOpenError['code'];
  readonly error: LmdbOpenError;

  constructor(error: LmdbOpenError) {
    super(error.message, { cause: error.cause });
    this.name = 'EngineNotOpened';
    this.code = error.code;
    this.error = error;
  }
}
