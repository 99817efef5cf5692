import { makeReservedFile } from '@account-data/runtime';
import { type Database, type DatabaseOptions, type Key, open, type RootDatabase } from 'lmdb';
import { type CommitGate, commitGate, openBetweenCommits } from '../files/OpeningGate.js';
import type { LogBlock } from './blockTables.js';
import { openErrorOf } from '../LmdbOpenError.js';
import { type MetaDatabase, metaDatabase, type MetaValue } from './MetaDatabase.js';

/** One generation of the log: an LMDB file. */
export interface Environment {
  readonly file: string;
  readonly access: 'write' | 'read';
  readonly root: RootDatabase<Buffer, string>;
  /** Blocks under the position of their first entry. One that was read is good only until the next value is read. */
  readonly log: Database<LogBlock, number>;
  /** Stream records under stream names. */
  readonly streams: Database<Buffer, Buffer>;
  /** Full chunks of positions. */
  readonly chunks: Database<Buffer, Buffer>;
  /** The names of tombstoned streams. */
  readonly tombstones: Database<Buffer, Buffer>;
  readonly meta: MetaDatabase;
  /** Where it may be written. */
  readonly gate: CommitGate | undefined;
}

/**
 * Gives blocks as they are in lmdb's own buffer, without a copy of each: a block that was read is good only until the next
 * value is.
 */
const uncopied = { encode: (block: LogBlock): LogBlock => block, decode: (block: LogBlock): LogBlock => block };

/** lmdb gives nothing, which its types do not say, where a database is not there and may not be made. */
const openDatabase = <V, K extends Key>(
  root: RootDatabase<Buffer, string>,
  name: string,
  options: DatabaseOptions,
): Database<V, K> | undefined => root.openDB<V, K>(name, options);

/** How often this process has each file open, by what for. */
const openFiles = { write: new Map<string, number>(), read: new Map<string, number>() };

const countOpen = (file: string, access: 'write' | 'read', change: 1 | -1): void => {
  const counts = openFiles[access];
  const count = (counts.get(file) ?? 0) + change;
  if (count === 0) counts.delete(file);
  else counts.set(file, count);
};

/**
 * Whether this process has the file open for reading only: then lmdb, which shares one handle of a file in a process,
 * can't open it for writing.
 */
export const isOpenReadOnly = (file: string): boolean => openFiles.read.has(file);

/** Whether this process has the file open at all. */
export const isOpen = (file: string): boolean => openFiles.write.has(file) || isOpenReadOnly(file);

/** Closes it. Never resolved after a failed write: lmdb waits for the flush. */
export const closeEnvironment = async ({ file, root, access, gate }: Environment): Promise<void> => {
  await root.close();
  gate?.close();
  countOpen(file, access, -1);
};

/** More than lmdb takes for its lock file. */
const lockBytes = 16_384;

/**
 * lmdb would make it with a mode of its own, for others to lock, and without its bytes, which ends the process where the disk
 * is full. Where it can't be made for another reason, lmdb says why, or does without.
 */
export const makeLockFile = (file: string): void => {
  try {
    makeReservedFile(`${file}-lock`, lockBytes);
  } catch (cause) {
    if (openErrorOf(file, cause).code === 'store_disk_full') throw cause;
  }
};

const fileOptions = { noSubdir: true, encoding: 'binary', maxDbs: 8 } as const;

/** Documented options of lmdb, the second of which its types leave out: a transaction begins with the second operation. See `writeNow`. */
const writeOptions = { eventTurnBatching: false, txnStartThreshold: 1 } as const;

/**
 * Opens (and, where it may be written, creates) an LMDB file with the databases of a log. Throws what lmdb throws.
 * Gives nothing where it may not be written and the databases are not there.
 */
export const openEnvironment = (file: string, access: 'write' | 'read'): Environment | undefined => {
  makeLockFile(file);
  const openRoot = (): RootDatabase<Buffer, string> =>
    open<Buffer, string>(file, access === 'write' ? { ...fileOptions, ...writeOptions } : { ...fileOptions, readOnly: true });
  // Who opens it to write is alone in that, and has not begun.
  const root = access === 'write' || isOpen(file) ? openRoot() : openBetweenCommits(file, openRoot);
  const logOptions = { encoding: 'binary', encoder: uncopied } as const;
  const log = openDatabase<LogBlock, number>(root, 'log', logOptions);
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
  const streams = openDatabase<Buffer, Buffer>(root, 'streams', binary);
  const chunks = openDatabase<Buffer, Buffer>(root, 'chunks', binary);
  const tombstones = openDatabase<Buffer, Buffer>(root, 'tombstones', binary);
  const meta = openDatabase<MetaValue, string>(root, 'meta', { encoding: 'json' });
  if (log === undefined || streams === undefined || chunks === undefined || tombstones === undefined || meta === undefined) {
    void root.close();
    return undefined;
  }
  countOpen(file, access, 1);
  const gate = access === 'write' ? commitGate(file) : undefined;
  return { file, access, root, log, streams, chunks, tombstones, meta: metaDatabase(meta, file), gate };
};
