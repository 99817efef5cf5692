import { Position, type SubscriptionHub } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
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
import type { StoreLogger } from '../LmdbEventStore.js';
import { openErrorOf, refuse } from '../LmdbOpenError.js';
import type { LogRole } from '../LogRole.js';
import { createOwnerLog } from './OwnerLog.js';

const lock = (folder: StoreFolder): OwnerLock => {
  const held = acquireOwnerLock(folder.lock);
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

const isFormatRecord = (value: unknown): value is FormatRecord =>
  typeof value === 'object' && value !== null && 'format' in value && typeof value.format === 'number' && 'store' in value && typeof value.store === 'string';

/** The generation that the folder says is the true one; the only one there is, where it says nothing (it was being made). */
const findGeneration = (folder: StoreFolder): { readonly generation: number; readonly isNew: boolean; readonly store: string | undefined } => {
  const current = readCurrent(folder);
  if (current === 'damaged') {
    return refuse('store_corrupt', folder.current, `${folder.current} is damaged. Put it back from a backup of the folder.`);
  }
  if (current !== undefined) {
    if (current.format > formatVersion) return newerFormat(folder.current, current.format);
    if (!existsSync(folder.log(current.generation))) {
      return refuse('store_corrupt', folder.log(current.generation), `${folder.log(current.generation)} is missing. Put back the folder from a backup.`);
    }
    return { generation: current.generation, isNew: false, store: current.store };
  }
  const logs = readdirSync(folder.path).filter((name) => /^events-\d+\.mdb$/.test(name));
  if (logs.length > 1) {
    return refuse('store_corrupt', folder.current, `${folder.current} is missing, and there are several logs (${logs.join(', ')}). Put it back from a backup of the folder.`);
  }
  const [only] = logs;
  return only === undefined
    ? { generation: 1, isNew: true, store: undefined }
    : { generation: Number(only.slice('events-'.length, -'.mdb'.length)), isNew: false, store: undefined };
};

const newerFormat = (path: string, format: number): never =>
  refuse('store_format_newer', path, `${path} has format ${format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);

/** Refuses an LMDB file that holds something else, before anything is written to it. */
const checkContents = (file: string): void => {
  const root = open<Buffer, string>(file, { noSubdir: true, encoding: 'binary', maxDbs: 8 });
  const names = [...root.getKeys()];
  const isOurs = names.includes('meta') && names.includes('log');
  void root.close();
  if (names.length > 0 && !isOurs) {
    return refuse('store_foreign_file', file, `${file} is an LMDB file of another program. Give another folder.`);
  }
};

const openLog = (file: string, isNew: boolean): Environment => {
  if (!isNew) checkContents(file);
  const environment = openEnvironment(file, 'write');
  if (environment === undefined) return refuse('store_corrupt', file, `${file} has lost its databases. Put back the folder from a backup.`);
  return environment;
};

const checkFormat = async (
  { meta, file }: Environment,
  folder: StoreFolder,
  expected: string | undefined,
  runtime: Runtime,
): Promise<FormatRecord> => {
  const stored = meta.get('format');
  if (stored !== undefined && !isFormatRecord(stored)) {
    return refuse('store_corrupt', file, `${file} does not say its format. Put back the folder from a backup.`);
  }
  if (stored === undefined) {
    const format = { format: formatVersion, store: runtime.random.uuid() };
    await meta.put('format', format);
    return format;
  }
  if (stored.format > formatVersion) return newerFormat(file, stored.format);
  if (expected !== undefined && expected !== stored.store) {
    return refuse('store_corrupt', file, `${file} belongs to another store than ${folder.current} names. Put back the folder from a backup.`);
  }
  return stored;
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

/** A log of one's own, and what to let go of with it. */
export interface OwnedLog {
  readonly role: LogRole;
  readonly storeId: string;
  readonly close: () => Promise<void>;
}

export interface OpenOwnerOptions {
  readonly path: string;
  readonly runtime: Runtime;
  readonly logger: StoreLogger | undefined;
  readonly hub: SubscriptionHub;
}

/** Opens a log as the owner of its folder. Throws an Error whose cause is an `LmdbOpenError`. */
export const openOwner = async ({ path, runtime, logger, hub }: OpenOwnerOptions): Promise<OwnedLog> => {
  const folder = storeFolder(path);
  let held: OwnerLock | undefined;
  let environment: Environment | undefined;
  try {
    mkdirSync(path, { recursive: true });
    const owned = lock(folder);
    held = owned;
    owned.note({ pid: process.pid, socket: null });
    const found = findGeneration(folder);
    const { generation } = found;
    environment = openLog(folder.log(generation), found.isNew);
    const format = await checkFormat(environment, folder, found.store, runtime);
    await flushWhatIsThere(environment);
    if (found.store === undefined) {
      syncFolder(path);
      writeCurrent(folder, { format: formatVersion, store: format.store, generation });
    }
    removeOtherGenerations(folder, generation);
    const last = Math.max(createLogReader(environment).last(), metaNumber(environment.meta, 'next', 1) - 1);
    const watermark = openWatermarkWriter(folder.durable);
    watermark.write(generation, last);
    const role = createOwnerLog({
      environment,
      runtime,
      indexed: metaNumber(environment.meta, 'indexed', 0),
      last,
      onDurable: (events, position) => {
        watermark.write(generation, position);
        if (position > 0) hub.publish(events, Position(position));
      },
      onFailure: (failure) => {
        logger?.error(failure.message, { path });
        hub.fail(failure);
      },
    });
    return {
      role,
      storeId: format.store,
      close: async () => {
        await role.close();
        watermark.close();
        owned.release();
      },
    };
  } catch (cause) {
    void environment?.root.close();
    held?.release();
    const error = openErrorOf(path, cause);
    throw new Error(error.message, { cause: error });
  }
};
