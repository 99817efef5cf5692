import { compactLog } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import type { Services } from '../commands/Execution.js';
import { refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { embeddedFolder } from './embeddedFolder.js';

/** Compacts the log in a data folder that no server runs on. */
export const compact =
  (world: World): Services['compact'] =>
  ({ format, ...options }) =>
  async () => {
    const folder = await embeddedFolder(options, world)();
    if (E.isLeft(folder)) return folder;
    const compacted = await compactLog(join(folder.right, 'log'), { runtime: world.runtime, signal: world.stopped }, format)();
    if (E.isRight(compacted)) return compacted;
    const error = compacted.left;
    if (error._tag !== 'LmdbOpenError') return E.left(refusal(error.code, 'message' in error ? error.message : 'The log was closed.'));
    const { describeLogError } = await import('@account-data/server/configuration');
    return E.left(refusal(error.code, describeLogError(folder.right, error)));
  };
