import { backupLog } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join, resolve } from 'node:path';
import type { Services } from '../commands/Execution.js';
import type { World } from '../World.js';
import { applyErasures, checkErasures } from './applyErasures.js';
import { copyTokens, makeDataFolder } from './copiedFolder.js';
import { embeddedStore, logRefusal } from './embeddedFolder.js';

/** Puts a backup back, as a data folder of its own; before anybody reads it, who was erased since is erased again. */
export const putBack =
  (world: World): Services['putBack'] =>
  ({ from, ...options }) =>
  async () => {
    const backup = resolve(world.cwd, from);
    const store = await embeddedStore(options, world)();
    if (E.isLeft(store)) return store;
    const { path, prefix, erasures } = store.right;
    const list = await checkErasures(erasures);
    if (E.isLeft(list)) return list;
    const target = makeDataFolder(path, { copyOf: backup });
    if (E.isLeft(target)) return target;
    const copied = await backupLog(join(backup, 'log'), join(path, 'log'), { runtime: world.runtime, signal: world.stopped })();
    if (E.isLeft(copied)) return E.left(await logRefusal(backup, copied.left));
    copyTokens(backup, path);
    const erased = await applyErasures({ folder: path, prefix, list: erasures, isPutBack: true }, world);
    return E.isLeft(erased) ? erased : E.right({ end: copied.right.end, erased: erased.right });
  };
