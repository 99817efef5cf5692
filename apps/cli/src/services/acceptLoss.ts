import { acceptLoss as acceptLossOf } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import type { Services } from '../commands/Execution.js';
import { refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { embeddedFolder } from './embeddedFolder.js';

/** Lets the log in a data folder go on at its end. */
export const acceptLoss =
  (world: World): Services['acceptLoss'] =>
  (options) =>
  async () => {
    const folder = await embeddedFolder(options, world)();
    if (E.isLeft(folder)) return folder;
    const accepted = await acceptLossOf(join(folder.right, 'log'), world.runtime)();
    if (E.isRight(accepted)) return accepted;
    const { describeLogError } = await import('@account-data/server/configuration');
    return E.left(refusal(accepted.left.code, describeLogError(folder.right, accepted.left)));
  };
