import { scrubLog } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { resolve, join } from 'node:path';
import type { Services } from '../commands/Execution.js';
import type { Refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { type EmbeddedStore, embeddedStore, logRefusal } from './embeddedFolder.js';

const eraseAgain = async ({ path, prefix }: EmbeddedStore, file: string, world: World): Promise<E.Either<Refusal, number>> => {
  const { applyErasures, checkErasures } = await import('./applyErasures.js');
  const list = { path: resolve(world.cwd, file), required: true };
  const readable = await checkErasures(list);
  return E.isLeft(readable) ? readable : applyErasures({ folder: path, prefix, list, isPutBack: false }, world);
};

/** Looks for damage in the log of a data folder. */
export const scrub =
  (world: World): Services['scrub'] =>
  ({ erasures, ...options }) =>
  async () => {
    const store = await embeddedStore(options, world)();
    if (E.isLeft(store)) return store;
    const erased = erasures === undefined ? E.right(undefined) : await eraseAgain(store.right, erasures, world);
    if (E.isLeft(erased)) return erased;
    const scrubbed = await scrubLog(join(store.right.path, 'log'), { runtime: world.runtime, signal: world.stopped })();
    if (E.isLeft(scrubbed)) return E.left(await logRefusal(store.right.path, scrubbed.left));
    return E.right({ ...scrubbed.right, ...(erased.right === undefined ? {} : { erased: erased.right }) });
  };
