import { streamNames } from '@account-data/domain';
import { type EventStore, StreamName } from '@account-data/event-store';
import { type LmdbEventStore, type LmdbOpenError, openLmdbEventStore } from '@account-data/event-store-lmdb';
import { danglingLink } from '@account-data/runtime';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';

/**
 * Opens the log that the configuration names. Reading takes nothing from a server that runs or starts; changing goes
 * through the one that runs.
 */
export const openStore = (
  { store }: ServerConfig,
  access: 'read' | 'change',
  world: World,
): TE.TaskEither<Refusal, EventStore | LmdbEventStore> =>
  store.kind === 'eventstoredb'
    ? openEventStoreDb(store, world)
    : pipe(
        openLmdbEventStore({ path: join(store.path, 'log'), runtime: world.runtime, mode: access === 'read' ? 'read' : 'auto' }),
        TE.orElse((error) => TE.leftTask(() => openRefusal(store.path, error))),
      );

const openRefusal = async (folder: string, error: LmdbOpenError): Promise<Refusal> => {
  if (error.code === 'store_missing' && danglingLink(folder) === undefined && error.path === join(folder, 'log') && !isFile(folder)) {
    return refusal(error.code, `There is no account data in ${folder}.`, nameTheFolder);
  }
  const { describeLogError } = await import('@account-data/server/configuration');
  return refusal(error.code, describeLogError(folder, error));
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const nameTheFolder = 'Name the data folder with --dir, or the configuration with --config. A server or `put` makes a new one.';

type EventStoreDbConfig = ServerConfig['store'] & { readonly kind: 'eventstoredb' };

const openEventStoreDb =
  ({ connectionString, compression, prefix }: EventStoreDbConfig, { runtime, writeError }: World): TE.TaskEither<Refusal, EventStore> =>
  async () => {
    // Loaded only here: its client takes longer to load than the rest.
    const { ConnectionStringError, openEventStoreDbEventStore } = await import('@account-data/event-store-eventstoredb');
    const { reachAdvice, sayingThatItWaits } = await import('@account-data/server/configuration');
    try {
      const store = openEventStoreDbEventStore({ connectionString, compression, prefix, runtime });
      // It connects when it is first asked for something: here, where it can be said that this takes long.
      const contact = store.read(StreamName(streamNames(prefix).log), { limit: 1 });
      const reached = await sayingThatItWaits(runtime, (message) => writeError(`account-data: ${message}\n`), contact);
      if (E.isRight(reached) || reached.left._tag !== 'StoreUnavailable') return E.right(store);
      await store.close();
      return E.left(refusal(reached.left.code, printable(reached.left.message), reachAdvice));
    } catch (error) {
      if (error instanceof ConnectionStringError) return E.left(refusal('config_invalid', error.message));
      throw error;
    }
  };
