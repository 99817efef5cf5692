import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { open } from 'lmdb';
import { acquireOwnerLock, type OwnerLock, readOwnerNote } from '../files/OwnerLock.js';
import {
  readCurrent,
  removeOtherGenerations,
  storeFolder,
  type StoreFolder,
  syncFolder,
  writeCurrent,
} from '../files/StoreFolder.js';
import { openWatermarkWriter } from '../files/Watermark.js';
import { type Environment, type FormatRecord, formatVersion, metaNumber, openEnvironment } from '../layout/Environment.js';
import { createLogReader } from '../layout/LogReader.js';
import type { LmdbEventStore, LmdbEventStoreOptions } from '../LmdbEventStore.js';
import { openError, openErrorOf } from '../LmdbOpenError.js';
import { createOwnerStore } from './OwnerStore.js';

const lock = (folder: StoreFolder): OwnerLock => {
  const held = acquireOwnerLock(folder.lock);
  if (held !== undefined) return held;
  const note = readOwnerNote(folder.lock);
  const who = note === undefined ? 'Another process' : `The process ${note.pid}`;
  throw openError(
    'store_locked',
    folder.path,
    `${who} owns the store in ${folder.path}. Stop it, give another folder, or open the store in mode 'auto', which reads it and writes through its owner.`,
    note === undefined ? {} : { pid: note.pid },
  );
};

const isFormatRecord = (value: unknown): value is FormatRecord =>
  typeof value === 'object' && value !== null && 'format' in value && typeof value.format === 'number' && 'store' in value && typeof value.store === 'string';

/** The generation that the folder says is the true one; the only one there is, where it says nothing (it was being made). */
const findGeneration = (folder: StoreFolder): { readonly generation: number; readonly isNew: boolean; readonly store: string | undefined } => {
  const current = readCurrent(folder);
  if (current === 'damaged') {
    throw openError('store_corrupt', folder.current, `${folder.current} is damaged. Put it back from a backup of the folder.`);
  }
  if (current !== undefined) {
    if (current.format > formatVersion) throw newerFormat(folder.current, current.format);
    if (!existsSync(folder.log(current.generation))) {
      throw openError('store_corrupt', folder.log(current.generation), `${folder.log(current.generation)} is missing. Put back the folder from a backup.`);
    }
    return { generation: current.generation, isNew: false, store: current.store };
  }
  const logs = readdirSync(folder.path).filter((name) => /^events-\d+\.mdb$/.test(name));
  if (logs.length > 1) {
    throw openError('store_corrupt', folder.current, `${folder.current} is missing, and there are several logs (${logs.join(', ')}). Put it back from a backup of the folder.`);
  }
  const [only] = logs;
  return only === undefined
    ? { generation: 1, isNew: true, store: undefined }
    : { generation: Number(only.slice('events-'.length, -'.mdb'.length)), isNew: false, store: undefined };
};

const newerFormat = (path: string, format: number) =>
  openError('store_format_newer', path, `${path} has format ${format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);

/** Refuses an LMDB file that holds something else, before anything is written to it. */
const checkContents = (file: string): void => {
  const root = open<Buffer, string>(file, { noSubdir: true, encoding: 'binary', maxDbs: 8 });
  const names = [...root.getKeys()];
  const isOurs = names.includes('meta') && names.includes('log');
  void root.close();
  if (names.length > 0 && !isOurs) {
    throw openError('store_foreign_file', file, `${file} is an LMDB file of another program. Give another folder.`);
  }
};

const openLog = (file: string, isNew: boolean): Environment => {
  if (!isNew) checkContents(file);
  const environment = openEnvironment(file, 'write');
  if (environment === undefined) throw openError('store_corrupt', file, `${file} has lost its databases. Put back the folder from a backup.`);
  return environment;
};

/**
 * Writes one transaction and waits for its flush. What a killed owner left in the file without flushing it is flushed
 * with it: lmdb takes for flushed what it finds at opening.
 */
const flushWhatIsThere = async ({ root, meta }: Environment): Promise<void> => {
  const written = meta.put('opened', metaNumber(meta, 'opened', 0) + 1);
  const flushed = Promise.resolve(root.flushed);
  await written;
  await flushed;
};

/** Opens a store as the owner of its folder. Throws an `LmdbOpenError`. */
export const openOwner = async ({ path, runtime, logger }: LmdbEventStoreOptions): Promise<LmdbEventStore> => {
  const folder = storeFolder(path);
  let held: OwnerLock | undefined;
  let environment: Environment | undefined;
  try {
    mkdirSync(path, { recursive: true });
    held = lock(folder);
    const release = held.release;
    held.note({ pid: process.pid, socket: null });
    const found = findGeneration(folder);
    const { generation } = found;
    environment = openLog(folder.log(generation), found.isNew);
    const stored = environment.meta.get('format');
    if (stored !== undefined && !isFormatRecord(stored)) {
      throw openError('store_corrupt', environment.file, `${environment.file} does not say its format. Put back the folder from a backup.`);
    }
    const format = stored ?? { format: formatVersion, store: runtime.random.uuid() };
    if (format.format > formatVersion) throw newerFormat(environment.file, format.format);
    if (found.store !== undefined && found.store !== format.store) {
      throw openError('store_corrupt', environment.file, `${environment.file} belongs to another store than ${folder.current} names. Put back the folder from a backup.`);
    }
    if (stored === undefined) void environment.meta.put('format', format).catch(() => undefined);
    await flushWhatIsThere(environment);
    if (found.store === undefined) {
      syncFolder(path);
      writeCurrent(folder, { format: formatVersion, store: format.store, generation });
    }
    removeOtherGenerations(folder, generation);
    const last = Math.max(createLogReader(environment).last(), metaNumber(environment.meta, 'next', 1) - 1);
    const watermark = openWatermarkWriter(folder.durable);
    watermark.write(generation, last);
    return createOwnerStore({
      environment,
      runtime,
      logger,
      storeId: format.store,
      generation,
      watermark,
      indexed: metaNumber(environment.meta, 'indexed', 0),
      last,
      release: () => {
        watermark.close();
        release();
      },
    });
  } catch (cause) {
    void environment?.root.close();
    held?.release();
    throw openErrorOf(path, cause);
  }
};
