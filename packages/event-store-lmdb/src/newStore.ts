import { isWithin } from '@account-data/runtime';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import type { OwnerLock } from './files/OwnerLock.js';
import { type StoreFolder, storeFolder, syncFolder, writeCurrent } from './files/StoreFolder.js';
import { openWatermarkWriter } from './files/Watermark.js';
import { closeEnvironment, type Environment } from './layout/Environment.js';
import { findDamage } from './layout/findDamage.js';
import type { Breathe } from './layout/LongWork.js';
import { formatVersion } from './layout/MetaDatabase.js';
import { type LmdbOpenCode, openErrorOf, refuse } from './LmdbOpenError.js';
import { openLogFile, tryLockFolder } from './owner/ownedFile.js';

/** What a store is that is written in one go. */
export interface NewStore<A> {
  /** The folder of the store that it is made of. */
  readonly from: string;
  /** A folder that is not there yet, or empty, and not in the other one. */
  readonly path: string;
  readonly store: string;
  readonly breathe: Breathe;
  /** Writes the log, up to its end and durably; gives where that is, with what else is to be told. */
  readonly fill: (to: Environment) => Promise<{ readonly end: number; readonly told: A }>;
}

/** It is about the store that is written, and not about the one that is read. */
const ofTarget = (path: string, cause: unknown): Error => {
  const refused = openErrorOf(path, cause);
  return new Error(refused.message, { cause: refused });
};

const lockTarget = (folder: StoreFolder): OwnerLock => {
  let lock: OwnerLock | undefined;
  try {
    lock = tryLockFolder(folder);
  } catch (cause) {
    throw ofTarget(folder.path, cause);
  }
  return lock ?? refuse('store_locked', folder.path, `Another process writes to ${folder.path}. Give another folder.`);
};

const ofDisk: ReadonlySet<LmdbOpenCode> = new Set(['store_disk_full', 'store_read_only', 'store_permission_denied']);

/**
 * Writes a store into a folder of its own, and sees that it is what was written. Where that fails, the folder is gone
 * again; until it is whole, nothing in it says that it is a store.
 */
export const writeNewStore = async <A>({ from, path, store, breathe, fill }: NewStore<A>): Promise<A> => {
  if (existsSync(path) && readdirSync(path).length > 0) {
    return refuse('store_folder_not_empty', path, `${path} is there already, and not empty. Give a folder that is not there yet.`);
  }
  if (isWithin(from, path)) return refuse('store_folder_inside', path, `${path} is in ${from}, which it is made of. Give a folder outside of it.`);
  const folder = storeFolder(path);
  const lock = lockTarget(folder);
  let to: Environment | undefined;
  try {
    to = openLogFile(folder.log(1), true, false);
    const { end, told } = await fill(to);
    const [found] = await findDamage(to, end, breathe);
    if (found !== undefined) return refuse('store_corrupt', path, `What was written to ${path} is not whole: ${found.message} See to the disk it is on.`);
    await closeEnvironment(to);
    writeCurrent(folder, { format: formatVersion, store, generation: 1 });
    const watermark = openWatermarkWriter(folder.durable);
    watermark.write(1, end);
    watermark.close();
    syncFolder(folder.path);
    return told;
  } catch (cause) {
    // Where writing failed, closing the file may never end.
    if (to !== undefined) void closeEnvironment(to).catch(() => undefined);
    rmSync(path, { recursive: true, force: true });
    // What is read was opened before: these come of writing.
    throw ofDisk.has(openErrorOf(path, cause).code) ? ofTarget(path, cause) : cause;
  } finally {
    lock.release();
  }
};
