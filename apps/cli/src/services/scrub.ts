import { scrubLog } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import type { Services } from '../commands/Execution.js';
import { refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { embeddedFolder } from './embeddedFolder.js';

/** Looks for damage in the log of a data folder. */
export const scrub =
  (world: World): Services['scrub'] =>
  (options) =>
  async () => {
    const folder = await embeddedFolder(options, world)();
    if (E.isLeft(folder)) return folder;
    const scrubbed = await scrubLog(join(folder.right, 'log'))();
    if (E.isRight(scrubbed)) return scrubbed;
    const { describeLogError } = await import('@account-data/server/configuration');
    return E.left(refusal(scrubbed.left.code, describeLogError(folder.right, scrubbed.left)));
  };
