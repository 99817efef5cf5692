import { createSubscriptionHub } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import { storeFolder } from './files/StoreFolder.js';
import type { LogFormat } from './layout/formatOne.js';
import { breathing, type LongWork } from './layout/LongWork.js';
import type { CompactionError, CompactionReport } from './LmdbEventStore.js';
import { type LmdbOpenError, openErrorOf, refuse } from './LmdbOpenError.js';
import { lockFolder } from './owner/ownedFile.js';
import { openOwner, type OwnedLog } from './owner/openOwner.js';

const openToCompact = async (path: string, runtime: Runtime): Promise<OwnedLog> => {
  const folder = storeFolder(path);
  if (!existsSync(folder.current)) return refuse('store_missing', path, `There is no store in ${path}. Give the folder of a log.`);
  const hub = createSubscriptionHub({ runtime, readAll: ({ after }) => ({ events: [], next: after, isEnd: true }), head: () => 'start' });
  return openOwner(lockFolder(folder), { folder, runtime, logger: undefined, hub });
};

/**
 * Compacts the log in a folder that nobody owns. Into format 1, which the version before this reads as well; whoever opens
 * it here again as its owner makes it one of today's format.
 *
 * @category interpreters
 */
export const compactLog =
  (path: string, work: LongWork & { readonly runtime: Runtime }, format: LogFormat): TE.TaskEither<LmdbOpenError | CompactionError, CompactionReport> =>
  async () => {
    const { runtime } = work;
    try {
      // Closing brings the index up to date. The owner that compacts then has nothing of its own to add to it, in its own format.
      await (await openToCompact(path, runtime)).close();
      const owner = await openToCompact(path, runtime);
      try {
        return await owner.compact(format, breathing(path, work));
      } finally {
        await owner.close();
      }
    } catch (cause) {
      return E.left(openErrorOf(path, cause));
    }
  };
