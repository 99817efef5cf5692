import type { LmdbOpenError } from '@account-data/event-store-lmdb';

/** The store's own advice is for those who open it themselves. */
const messageOf = ({ code, message, pid }: LmdbOpenError): string =>
  code === 'store_locked' && pid !== undefined
    ? `The process ${String(pid)} owns the data folder: one at a time opens an engine on it. End it, or give another folder; where it is a server, write to it with @account-data/client.`
    : message;

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
    super(messageOf(error), { cause: error.cause });
    this.name = 'EngineNotOpened';
    this.code = error.code;
    this.error = error;
  }
}
