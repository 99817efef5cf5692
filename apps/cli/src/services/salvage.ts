import { streamNames } from '@account-data/domain';
import { logEpochBegan } from '@account-data/engine';
import { salvageLog } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join, resolve } from 'node:path';
import type { Services } from '../commands/Execution.js';
import type { World } from '../World.js';
import { copyTokens, makeDataFolder } from './copiedFolder.js';
import { embeddedStore, logRefusal } from './embeddedFolder.js';

const userOf = (stream: string, prefixes: ReadonlyArray<string>): { readonly userId?: string } => {
  const prefix = prefixes.find((found) => stream.startsWith(found));
  return prefix === undefined ? {} : { userId: stream.slice(prefix.length) };
};

/** Salvages the log of a data folder. */
export const salvage =
  (world: World): Services['salvage'] =>
  ({ to, ...options }) =>
  async () => {
    const store = await embeddedStore(options, world)();
    if (E.isLeft(store)) return store;
    const { path, prefix } = store.right;
    const names = streamNames(prefix);
    const target = to === undefined ? E.right(undefined) : makeDataFolder(resolve(world.cwd, to), { copyOf: path });
    if (E.isLeft(target)) return target;
    const salvaged = await salvageLog({
      path: join(path, 'log'),
      runtime: world.runtime,
      signal: world.stopped,
      histories: { stream: names.log, begin: logEpochBegan(world.runtime) },
      ...(target.right === undefined ? {} : { to: join(target.right, 'log') }),
    })();
    if (E.isLeft(salvaged)) return E.left(await logRefusal(path, salvaged.left));
    if (target.right !== undefined) copyTokens(path, target.right);
    const prefixes = [names.accountDataPrefix, names.tagsPrefix];
    return E.right({ ...salvaged.right, revisions: salvaged.right.revisions.map((lost) => ({ ...lost, ...userOf(lost.stream, prefixes) })) });
  };
