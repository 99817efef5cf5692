import type { EventStore } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';

/**
 * Opens the log that the configuration names. Reading takes nothing from a server that runs or starts; changing goes
 * through the one that runs.
 */
export const openStore = (
  { store }: ServerConfig,
  access: 'read' | 'change',
  { runtime }: World,
): TE.TaskEither<Refusal, EventStore> =>
  store.kind === 'eventstoredb'
    ? openEventStoreDb(store.connectionString, store.prefix, runtime)
    : pipe(
        openLmdbEventStore({ path: join(store.path, 'log'), runtime, mode: access === 'read' ? 'read' : 'auto' }),
        TE.mapLeft(({ code, message }) =>
          code === 'store_missing' && !existsSync(join(store.path, 'log'))
            ? refusal(code, `There is no account data in ${store.path}.`, nameTheFolder)
            : refusal(code, message),
        ),
      );

const nameTheFolder = 'Name the data folder with --dir, or the configuration with --config. A server or `put` makes a new one.';

const openEventStoreDb =
  (connectionString: string, prefix: string, runtime: World['runtime']): TE.TaskEither<Refusal, EventStore> =>
  async () => {
    // Loaded only here: its client takes longer to load than the rest.
    const { ConnectionStringError, openEventStoreDbEventStore } = await import('@account-data/event-store-eventstoredb');
    try {
      return E.right(openEventStoreDbEventStore({ connectionString, prefix, runtime }));
    } catch (error) {
      if (error instanceof ConnectionStringError) return E.left(refusal('config_invalid', error.message));
      throw error;
    }
  };
