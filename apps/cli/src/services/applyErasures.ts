import { streamNames } from '@account-data/domain';
import { erasureFile, type ErasureFileOptions } from '@account-data/embedded';
import { applyErasureList, logEpochBegan, logIdentity } from '@account-data/engine';
import { StreamName } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { logRefusal } from './embeddedFolder.js';

export interface ErasuresToApply {
  /** The data folder. */
  readonly folder: string;
  readonly prefix: string;
  readonly list: ErasureFileOptions;
  /** Whether the log was just put back: a history of its own begins then. */
  readonly isPutBack: boolean;
}

const unusable = (path: string, cause: unknown): Refusal =>
  refusal('erasures_list_unusable', `The list of erasures ${path} can't be used: ${cause instanceof Error ? cause.message : String(cause)}`);

/** Refuses a list that can't be read, before anything is done. */
export const checkErasures = async (list: ErasureFileOptions): Promise<E.Either<Refusal, void>> => {
  try {
    await erasureFile(list).read('');
    return E.right(undefined);
  } catch (cause) {
    return E.left(unusable(list.path, cause));
  }
};

/** Records in a log the erasures that it lacks, and gives how many. The next start of the server removes what those users had. */
export const applyErasures = async ({ folder, prefix, list, isPutBack }: ErasuresToApply, { runtime }: World): Promise<E.Either<Refusal, number>> => {
  const names = streamNames(prefix);
  const opened = await openLmdbEventStore({ path: join(folder, 'log'), runtime, mode: isPutBack ? 'own' : 'auto' })();
  if (E.isLeft(opened)) return E.left(await logRefusal(folder, opened.left));
  const store = opened.right;
  try {
    const stream = StreamName(names.log);
    const identity = await logIdentity(store, stream, runtime)();
    if (E.isLeft(identity)) return E.left(refusal(identity.left.code, 'The log does not say which one it is.'));
    if (isPutBack && !identity.right.isNew) {
      const begun = await store.append(stream, [logEpochBegan(runtime)], 'any')();
      if (E.isLeft(begun)) return E.left(refusal(begun.left.code, 'The log that was put back takes no changes.'));
    }
    return E.right(await applyErasureList({ store, names, logId: identity.right.logId, runtime }, erasureFile(list)));
  } catch (cause) {
    return E.left(unusable(list.path, cause));
  } finally {
    await store.close();
  }
};
