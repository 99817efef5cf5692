import { privateModes } from '@account-data/runtime';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a store. */
export interface StoreFolder {
  readonly path: string;
  readonly lock: string;
  readonly durable: string;
  readonly current: string;
  readonly log: (generation: number) => string;
}

export const storeFolder = (path: string): StoreFolder => ({
  path,
  lock: join(path, 'owner.lock'),
  durable: join(path, 'durable'),
  current: join(path, 'current'),
  log: (generation) => join(path, `events-${generation}.mdb`),
});

/** Which generation of the log is the true one. A compaction writes the next one and then moves this pointer to it. */
export interface CurrentLog {
  readonly format: number;
  readonly store: string;
  readonly generation: number;
}

/** Makes names that were created, renamed or removed in a folder durable. */
export const syncFolder = (path: string): void => {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Replaces a file's content at once and durably: after a crash it is the old or the new one. */
export const replaceFile = (folder: StoreFolder, path: string, text: string): void => {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text, { flush: true, mode: privateModes.file });
  renameSync(temporary, path);
  syncFolder(folder.path);
};

export const writeCurrent = (folder: StoreFolder, current: CurrentLog): void => {
  replaceFile(folder, folder.current, `${JSON.stringify(current)}\n`);
};

/** Nothing where there is no such file; `damaged` where it says nothing that can be understood. */
export const readCurrent = (folder: StoreFolder): CurrentLog | 'damaged' | undefined => {
  let text: string;
  try {
    text = readFileSync(folder.current, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
  try {
    const current: unknown = JSON.parse(text);
    if (typeof current !== 'object' || current === null) return 'damaged';
    if (!('format' in current) || !('store' in current) || !('generation' in current)) return 'damaged';
    const { format, store, generation } = current;
    if (typeof format !== 'number' || typeof store !== 'string' || typeof generation !== 'number') return 'damaged';
    return { format, store, generation };
  } catch {
    return 'damaged';
  }
};

const generationOf = (name: string): number | undefined => {
  const match = /^events-(\d+)\.mdb(?:-lock)?$/.exec(name);
  return match === null ? undefined : Number(match[1]);
};

/** Removes the files of all generations but one: what a compaction that was cut off, or succeeded, left behind. */
export const removeOtherGenerations = (folder: StoreFolder, kept: number): void => {
  for (const name of readdirSync(folder.path)) {
    const generation = generationOf(name);
    if (generation !== undefined && generation !== kept) rmSync(join(folder.path, name), { force: true });
  }
};
