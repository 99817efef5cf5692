import { keepFolderPrivate, makePrivateFile, makePrivateFolder, makeReservedFile, privateModes } from '@account-data/runtime';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkLmdbFile } from './checkLmdbFile.js';
import { markClosed, takeClosedMark } from './closedMark.js';
import { openLmdbEnvironment } from './lmdbEnvironment.js';
import { lockFolder } from './lockFolder.js';
import { StorageDamaged, type StorageProvider } from './StorageProvider.js';

const pointerFile = 'CURRENT';
const dataFile = 'data.mdb';
const temporaryPrefix = 'temporary-';
const namePattern = /^generation-([1-9][0-9]{0,8})$/;
const numberOf = (name: string): number => Number(namePattern.exec(name)?.[1] ?? 0);

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** LMDB's own errors about a file have negative codes; those of the system (no space, no access) positive ones. */
const isLmdbError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < 0;

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** More than LMDB takes for its lock file, which it would make without its bytes. */
const lockBytes = 16_384;

/**
 * Keeps a projection in LMDB environments under the folder `path`, which is made where it is missing: one folder a
 * generation, and the file `CURRENT` that names the current one. Anything else there is left alone.
 *
 * @category constructors
 */
export const lmdbProjectionStorage = ({ path }: { readonly path: string }): StorageProvider => {
  const generations = async (): Promise<ReadonlyArray<string>> => {
    makePrivateFolder(path);
    const names = await readdir(path);
    return names.filter((name) => namePattern.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  };
  const remove = (name: string): Promise<void> => rm(join(path, name), { recursive: true, force: true });
  const current = async (): Promise<string | undefined> => {
    try {
      const name = (await readFile(join(path, pointerFile), 'utf8')).trim();
      return namePattern.test(name) ? name : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  return {
    lock: () =>
      new Promise((done) => {
        makePrivateFolder(path);
        keepFolderPrivate(path);
        done(lockFolder(path));
      }),
    current,
    unfinished: async () => {
      const name = await current();
      return (await generations()).filter((other) => name === undefined || numberOf(other) > numberOf(name)).at(-1);
    },
    create: async () => {
      const last = (await generations()).at(-1);
      const name = `generation-${Math.max(last === undefined ? 0 : numberOf(last), numberOf((await current()) ?? '')) + 1}`;
      await mkdir(join(path, name), privateModes.folder);
      return name;
    },
    createTemporary: async () => basename(await mkdtemp(join(path, temporaryPrefix))),
    open: async (name) => {
      const folder = join(path, name);
      const isAsClosed = await takeClosedMark(folder, dataFile);
      const fault = await checkLmdbFile(join(folder, dataFile), isAsClosed ? 'header' : 'pages');
      if (fault !== undefined) throw new StorageDamaged(fault);
      makeReservedFile(join(folder, 'lock.mdb'), lockBytes);
      makePrivateFile(join(folder, dataFile));
      try {
        // Nobody looks for a temporary one again.
        return openLmdbEnvironment(folder, () => (name.startsWith(temporaryPrefix) ? Promise.resolve() : markClosed(folder, dataFile)));
      } catch (error) {
        throw isLmdbError(error) ? new StorageDamaged(error.message) : error;
      }
    },
    makeCurrent: async (name) => {
      const draft = join(path, `${pointerFile}.next`);
      const file = await open(draft, 'w', privateModes.file);
      try {
        await file.writeFile(`${name}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(path, pointerFile));
      await syncFolder(path);
    },
    remove,
    clean: async () => {
      makePrivateFolder(path);
      const name = await current();
      const older = name === undefined ? [] : (await generations()).filter((other) => numberOf(other) < numberOf(name));
      const temporary = (await readdir(path)).filter((other) => other.startsWith(temporaryPrefix));
      for (const left of [...older, ...temporary]) await remove(left);
    },
  };
};
