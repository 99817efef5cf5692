import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Modes of what holds account data: nobody but the user that runs the program may open it, nor lock it. @category files */
export const privateModes = { file: 0o600, folder: 0o700 } as const;

const ofGroupAndOthers = 0o077;

/** What is somebody else's, on a disk that is read-only, or gone meanwhile, is left as it is. */
const untouchable: ReadonlySet<string> = new Set(['EPERM', 'EROFS', 'ENOENT']);

/**
 * Takes from a file or folder what group and others may do with it; gives whether they could. Nothing changes where it is
 * another user's, or the disk is read-only: whoever set it up so decides who reads there.
 *
 * @category files
 */
export const keepPrivate = (path: string): boolean => {
  try {
    const { mode } = statSync(path);
    if ((mode & ofGroupAndOthers) === 0) return false;
    chmodSync(path, mode & 0o7700);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && untouchable.has(String(cause.code))) return false;
    throw cause;
  }
};

/** The same for a folder and all that is in it; links in it are not followed. @category files */
export const keepFolderPrivate = (path: string): void => {
  keepPrivate(path);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) keepFolderPrivate(inside);
    else if (lstatSync(inside, { throwIfNoEntry: false })?.isSymbolicLink() === false) keepPrivate(inside);
  }
};

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/**
 * Makes a folder, and what is missing above it, for this user alone; one that is there stays as it is. Each is made by itself,
 * so that the error is that of the folder that can't be made. `mkdir` of Node with `recursive` tells less of it, and up to
 * Node 24 never ends where a folder that is there takes no others (ENOENT), as /proc and folders of an automounter.
 *
 * @throws the error of the file system
 * @category files
 */
export const makePrivateFolder = (path: string): void => {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (!existsSync(above)) makePrivateFolder(above);
  try {
    mkdirSync(path, privateModes.folder);
  } catch (cause) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(path)) throw cause;
  }
};

/** Makes an empty file that is private from its first moment, where there is none: for what makes files with a mode of its own. @category files */
export const makePrivateFile = (path: string): void => {
  try {
    closeSync(openSync(path, 'wx', privateModes.file));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
};

const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '');

/** A file system without hard links, as those of memory cards. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * Makes a private file of so many zero bytes, where there is none: for what is mapped into memory and written there, as
 * LMDB's lock file. Made without its bytes, it ends the process (SIGBUS) that is the first to write where the disk is full;
 * here that is an error. It gets its name with all of its bytes, so that nobody meets a part of it.
 *
 * @throws the error of the file system, as `ENOSPC`
 * @category files
 */
export const makeReservedFile = (path: string, bytes: number): void => {
  if (existsSync(path)) return;
  const draft = `${path}.${randomUUID()}`;
  const write = (to: string): void => {
    writeFileSync(to, Buffer.alloc(bytes), { flag: 'wx', mode: privateModes.file });
  };
  try {
    write(draft);
    linkSync(draft, path);
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return;
    if (!withoutLinks.has(codeOf(cause)) || !existsSync(draft)) throw cause;
    write(path);
  } finally {
    rmSync(draft, { force: true });
  }
};
