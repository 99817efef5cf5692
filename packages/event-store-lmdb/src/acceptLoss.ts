import { createSubscriptionHub } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { tryCatch } from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import { storeFolder } from './files/StoreFolder.js';
import { type LmdbOpenError, openErrorOf, refuse } from './LmdbOpenError.js';
import { lockFolder } from './owner/ownedFile.js';
import { openOwner } from './owner/openOwner.js';

/** How a log goes on that ends before what was acknowledged. @category model */
export interface AcceptedLoss {
  /** The log goes on after this position. */
  readonly end: number;
  /** The last position that was acknowledged before. Equal to `end` where nothing is lost. */
  readonly acknowledged: number;
}

/**
 * Lets a log go on that `store_log_behind` is said of: the decision of whoever runs it, since what was acknowledged after
 * its end is lost. Nobody else may own the folder.
 *
 * @category interpreters
 */
export const acceptLoss = (path: string, runtime: Runtime): TE.TaskEither<LmdbOpenError, AcceptedLoss> =>
  tryCatch(
    async () => {
      const folder = storeFolder(path);
      if (!existsSync(folder.current)) return refuse('store_missing', path, `There is no store in ${path}. Give the folder of a log.`);
      const lock = lockFolder(folder);
      let acknowledged = 0;
      const onLoss = (lost: number): void => {
        acknowledged = lost;
      };
      const hub = createSubscriptionHub({ runtime, readAll: ({ after }) => ({ events: [], next: after, isEnd: true }), head: () => 'start' });
      const owner = await openOwner(lock, { folder, runtime, logger: undefined, hub, onLoss });
      const end = owner.role.durable();
      await owner.close();
      return { end, acknowledged: Math.max(end, acknowledged) };
    },
    (cause) => openErrorOf(path, cause),
  );
