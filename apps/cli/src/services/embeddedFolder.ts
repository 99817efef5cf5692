import type { LmdbOpenError } from '@account-data/event-store-lmdb';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FolderOptions } from '../commands/Execution.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';

/** An embedded store of the configuration. */
export type EmbeddedStore = Extract<ServerConfig['store'], { readonly kind: 'embedded' }>;

/** The embedded store that the options name. */
export const embeddedStore =
  (options: FolderOptions, world: World): TE.TaskEither<Refusal, EmbeddedStore> =>
  async () => {
    const config = await findConfig(options, world)();
    if (E.isLeft(config)) return config;
    const { store } = config.right;
    return store.kind === 'embedded'
      ? E.right(store)
      : E.left(refusal('store_not_embedded', 'The log is in EventStoreDB, not in the data folder.', 'Back up, restore and look after EventStoreDB by its own means.'));
  };

/** The data folder that the options name, where its log is in it. */
export const embeddedFolder = (options: FolderOptions, world: World): TE.TaskEither<Refusal, string> =>
  TE.map(({ path }: EmbeddedStore) => path)(embeddedStore(options, world));

/** Why the log in a data folder can't be worked on. */
export const logRefusal = async (folder: string, error: LmdbOpenError): Promise<Refusal> => {
  const { describeLogError } = await import('@account-data/server/configuration');
  return refusal(error.code, describeLogError(folder, error));
};
