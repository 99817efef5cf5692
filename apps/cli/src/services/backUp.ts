import { backupLog } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join, resolve } from 'node:path';
import type { Services } from '../commands/Execution.js';
import type { World } from '../World.js';
import { copyTokens, makeDataFolder } from './copiedFolder.js';
import { embeddedFolder, logRefusal } from './embeddedFolder.js';

/** Copies a data folder, beside its server or without one. */
export const backUp =
  (world: World): Services['backUp'] =>
  ({ to, ...options }) =>
  async () => {
    const folder = await embeddedFolder(options, world)();
    if (E.isLeft(folder)) return folder;
    const target = makeDataFolder(resolve(world.cwd, to), { copyOf: folder.right });
    if (E.isLeft(target)) return target;
    const copied = await backupLog(join(folder.right, 'log'), join(target.right, 'log'), { runtime: world.runtime, signal: world.stopped })();
    if (E.isLeft(copied)) return E.left(await logRefusal(folder.right, copied.left));
    copyTokens(folder.right, target.right);
    return copied;
  };
