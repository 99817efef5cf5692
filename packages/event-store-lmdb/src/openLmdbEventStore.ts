import { createSubscriptionHub } from '@account-data/event-store';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { LmdbEventStore, LmdbEventStoreOptions } from './LmdbEventStore.js';
import { type LmdbOpenError, openErrorOf } from './LmdbOpenError.js';
import { createStoreHandle } from './LmdbStoreHandle.js';
import { openOwner } from './owner/openOwner.js';

const openStore = async ({ path, runtime, logger }: LmdbEventStoreOptions): Promise<LmdbEventStore> => {
  const hub = createSubscriptionHub({ runtime, readAll: (options) => owned.role.readAll(options) });
  const owned = await openOwner({ path, runtime, logger, hub });
  return createStoreHandle({
    storeId: owned.storeId,
    hub,
    role: () => owned.role,
    close: async () => {
      await owned.close();
      hub.close();
    },
  });
};

/**
 * Opens the store in a folder, making it where there is none.
 *
 * @category constructors
 */
export const openLmdbEventStore = (options: LmdbEventStoreOptions): TE.TaskEither<LmdbOpenError, LmdbEventStore> =>
  TE.tryCatch(
    () => openStore(options),
    (cause) => openErrorOf(options.path, cause),
  );
