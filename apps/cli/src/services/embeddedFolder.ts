import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { FolderOptions } from '../commands/Execution.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';

/** The data folder that the options name, where its log is in it. */
export const embeddedFolder =
  (options: FolderOptions, world: World): TE.TaskEither<Refusal, string> =>
  async () => {
    const config = await findConfig(options, world)();
    if (E.isLeft(config)) return config;
    const { kind, path } = config.right.store;
    return kind === 'embedded'
      ? E.right(path)
      : E.left(refusal('store_not_embedded', 'The log is in EventStoreDB, not in the data folder.', 'Back up, restore and look after EventStoreDB by its own means.'));
  };
