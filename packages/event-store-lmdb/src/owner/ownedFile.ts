import { keepFolderPrivate, makePrivateFile, makePrivateFolder, requireDiskSpace, type Runtime } from '@account-data/runtime';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { open } from 'lmdb';
import { acquireOwnerLock, type OwnerLock, readOwnerNote } from '../files/OwnerLock.js';
import { checkLogFile } from '../files/checkLogFile.js';
import { refuseSameProcessNumber } from '../files/readerNumber.js';
import {
  readCurrent,
  removeOtherGenerations,
  type StoreFolder,
  syncFolder,
  writeCurrent,
} from '../files/StoreFolder.js';
import { type Environment, isOpenReadOnly, makeLockFile, openEnvironment } from '../layout/Environment.js';
import { type FormatRecord, formatVersion } from '../layout/MetaDatabase.js';
import { writeNow } from '../layout/writeNow.js';
import { damageAdvice } from '../layout/StoreDamage.js';
import { refuse } from '../LmdbOpenError.js';

/** The lock, or nothing where somebody else has it. */
export const tryLockFolder = (folder: StoreFolder): OwnerLock | undefined => {
  makePrivateFolder(folder.path);
  return acquireOwnerLock(folder.lock);
};

/** Takes the folder, or tells who has it. */
export const lockFolder = (folder: StoreFolder): OwnerLock => {
  const held = tryLockFolder(folder);
  if (held !== undefined) return held;
  const note = readOwnerNote(folder.lock);
  const who = note === undefined ? 'Another process' : `The process ${note.pid}`;
  return refuse(
    'store_locked',
    folder.path,
    `${who} owns the store in ${folder.path}. Stop it, give another folder, or open the store in mode 'auto', which reads it and writes through its owner.`,
    note === undefined ? {} : { pid: note.pid },
  );
};

/** What a folder says about its log. */
interface FoundLog {
  readonly generation: number;
  readonly isNew: boolean;
  /** Missing where the folder says nothing: it is new, or was being made. */
  readonly store?: string;
  readonly format?: number;
}

/** The generation that the folder says is the true one; the only one there is, where it says nothing. */
const findGeneration = (folder: StoreFolder): FoundLog => {
  const current = readCurrent(folder);
  if (current === 'damaged') {
    return refuse('store_corrupt', folder.current, `${folder.current} is damaged. Put it back from a backup of the folder.`);
  }
  if (current !== undefined) {
    if (current.format > formatVersion) return newerFormat(folder.current, current.format);
    if (!existsSync(folder.log(current.generation))) {
      return refuse('store_corrupt', folder.log(current.generation), `${folder.log(current.generation)} is missing. Put back the folder from a backup.`);
    }
    return { generation: current.generation, isNew: false, store: current.store, format: current.format };
  }
  const logs = readdirSync(folder.path).filter((name) => /^events-\d+\.mdb$/.test(name));
  if (logs.length > 1) {
    return refuse('store_corrupt', folder.current, `${folder.current} is missing, and there are several logs (${logs.join(', ')}). Put it back from a backup of the folder.`);
  }
  const [only] = logs;
  return only === undefined
    ? { generation: 1, isNew: true }
    : { generation: Number(only.slice('events-'.length, -'.mdb'.length)), isNew: false };
};

const newerFormat = (path: string, format: number): never =>
  refuse('store_format_newer', path, `${path} has format ${format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);

const databases = ['log', 'streams', 'chunks', 'tombstones', 'meta'];

/** Refuses an LMDB file that holds something else, or lacks what it had, before anything is written to it. */
const checkContents = (file: string, isInUse: boolean): void => {
  makeLockFile(file);
  const root = open<Buffer, string>(file, { noSubdir: true, encoding: 'binary', maxDbs: 8 });
  const names = [...root.getKeys()];
  const isOurs = names.includes('meta') && names.includes('log');
  void root.close();
  if (isInUse && !databases.every((name) => names.includes(name))) {
    return refuse('store_corrupt', file, `${file} is damaged: it lacks a database that it had. ${damageAdvice}`);
  }
  if (names.length > 0 && !isOurs) {
    return refuse('store_foreign_file', file, `${file} is an LMDB file of another program. Give another folder.`);
  }
};

/** More than it takes to write what the file says of itself, in bytes: a page of each database, and of what was free. */
const smallWrite = 128 * 1024;

/** Opens a log file for writing, making it where it is new. One that was in use is there, with all that makes it one. */
export const openLogFile = (file: string, isNew: boolean, isInUse: boolean): Environment => {
  if (isOpenReadOnly(file)) {
    return refuse('store_locked', file, `This process has ${file} open for reading. Close that store first, or own the store in another process.`, { pid: process.pid });
  }
  // lmdb writes as it opens a file that it has not finished once.
  requireDiskSpace(dirname(file), smallWrite);
  if (isNew) makePrivateFile(file);
  else {
    refuseSameProcessNumber(file);
    checkLogFile(file, isInUse ? 'in use' : 'being made');
    checkContents(file, isInUse);
  }
  const environment = openEnvironment(file, 'write');
  if (environment === undefined) return refuse('store_corrupt', file, `${file} has lost its databases. Put back the folder from a backup.`);
  return environment;
};

/** What the file says about itself; what a new one is to say. */
const checkFormat = (
  { meta, file }: Environment,
  folder: StoreFolder,
  { store: expected, format: known }: FoundLog,
  runtime: Runtime,
): FormatRecord => {
  const stored = meta.format();
  const isComplete = meta.number('next') !== undefined && meta.number('indexed') !== undefined;
  if (expected !== undefined && (stored === undefined || (known === formatVersion && !isComplete))) {
    return refuse('store_corrupt', file, `${file} does not say what it is any more. ${damageAdvice}`);
  }
  if (stored === undefined) return { format: formatVersion, store: expected ?? runtime.random.uuid() };
  if (stored.format > formatVersion) return newerFormat(file, stored.format);
  if (expected !== undefined && expected !== stored.store) {
    return refuse('store_corrupt', file, `${file} belongs to another store than ${folder.current} names. Put back the folder from a backup.`);
  }
  return { format: formatVersion, store: stored.store };
};

/**
 * Writes one transaction, which makes an older file one of this format, and waits for its flush. What a killed owner left in the file without flushing it is flushed
 * with it: lmdb takes for flushed what it finds at opening.
 */
const flushWhatIsThere = (environment: Environment, format: FormatRecord): Promise<void> =>
  writeNow(environment, smallWrite, () => {
    const { meta } = environment;
    void meta.putFormat(format);
    void meta.putNumber('indexed', meta.number('indexed') ?? 0);
    void meta.putNumber('next', meta.number('next') ?? 1);
    void meta.putNumber('opened', (meta.number('opened') ?? 0) + 1);
  });

/** The log that a folder says is the true one, open for writing and flushed. */
export interface OwnedFile {
  readonly environment: Environment;
  readonly generation: number;
  readonly store: string;
}

/** Opens the log of a folder, making it where there is none. The environment is given as soon as it is open, to be closed. */
export const openOwnedFile = async (
  folder: StoreFolder,
  runtime: Runtime,
  opened: (environment: Environment) => void,
): Promise<OwnedFile> => {
  keepFolderPrivate(folder.path);
  const found = findGeneration(folder);
  const { generation } = found;
  const isInUse = found.store !== undefined || existsSync(folder.durable);
  const environment = openLogFile(folder.log(generation), found.isNew, isInUse);
  opened(environment);
  const format = checkFormat(environment, folder, found, runtime);
  const { store } = format;
  await flushWhatIsThere(environment, format);
  if (found.format !== formatVersion) {
    syncFolder(folder.path);
    writeCurrent(folder, { format: formatVersion, store, generation });
  }
  removeOtherGenerations(folder, generation);
  return { environment, generation, store };
};
