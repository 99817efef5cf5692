import { rowOf, selected, type SynapseRow, tables } from '@account-data/synapse-import';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FollowError } from '../FollowError.js';
import { someUsersQuery } from '../otherHomeserver.js';
import type { RowsSnapshot } from '../RowsSnapshot.js';
import type { RowKey } from '../SourceChange.js';
import { wouldLeaveFiles } from './wouldLeaveFiles.js';

type Value = string | number | null | Uint8Array;
type Row = { readonly [column: string]: unknown };

/** What is used of `node:sqlite`, which the types of the oldest Node do not have. */
interface Database {
  readonly exec: (sql: string) => void;
  readonly prepare: (sql: string) => { readonly all: (...values: ReadonlyArray<Value>) => ReadonlyArray<Row> };
  readonly close: () => void;
}

interface BuiltIn {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: true; readonly timeout: number }) => Database;
}

const rowsAtOnce = 1_000;
/** How long a lock is waited for, in milliseconds. In WAL mode, which Synapse sets, readers wait for nobody. */
const lockTime = 5_000;

const builtIn = (): BuiltIn => {
  try {
    return createRequire(import.meta.url)('node:sqlite') as BuiltIn;
  } catch {
    throw new FollowError('node_too_old', 'To follow a Synapse on SQLite takes Node 22.13 or newer, which has SQLite built in: run this program with it.');
  }
};

/** As bytes: a text may hold NUL, and what is not UTF-8. */
const asBytes = (column: string): string => `CAST(${column} AS BLOB)`;

/**
 * The rows of a Synapse's SQLite file as they are at one moment, also while Synapse runs: Node's own SQLite takes the locks that
 * Synapse's takes. The file is read, and never written.
 *
 * @throws FollowError where this Node has no SQLite, the look would hinder Synapse, or the file is not there or not Synapse's; SQLite's error
 * where it can't be read
 */
export const openSqliteRows = (path: string): RowsSnapshot => {
  const { DatabaseSync } = builtIn();
  if (wouldLeaveFiles(path)) {
    throw new FollowError(
      'synapse_not_running',
      "Synapse does not run, and its SQLite file is another user's: to look at it now would leave files beside it that Synapse can't write. It is looked at when Synapse runs, or by a program that runs as the file's owner.",
    );
  }
  if (!existsSync(path)) throw new FollowError('no_database', `There is no file ${path}. Name the one that database.args.database of homeserver.yaml names.`);
  const database = new DatabaseSync(path, { readOnly: true, timeout: lockTime });
  try {
    database.exec('BEGIN');
    const absent = absentTables(database);
    if (absent.length > 0) throw new FollowError('not_synapse', `The file ${path} has no table ${absent.join(', ')}. Is it the database of Synapse?`);
  } catch (error) {
    database.close();
    throw isNoDatabase(error) ? new FollowError('not_synapse', `The file ${path} is no SQLite database.`, [], { cause: error }) : error;
  }
  return {
    rows: () => rowsOf(database),
    someUsers: () => Promise.resolve(database.prepare(someUsersQuery).all().map((row) => String(row['user_id']))),
    erased: () => Promise.resolve(database.prepare('SELECT user_id FROM erased_users').all().map((row) => String(row['user_id']))),
    missing: (keys) => Promise.resolve(missingIn(database, keys)),
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
};

const absentTables = (database: Database): ReadonlyArray<string> => {
  const present = new Set(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map((row) => row['name']));
  return [...tables.map(({ table }) => table), 'erased_users'].filter((table) => !present.has(table));
};

/** SQLITE_NOTADB. Source: https://sqlite.org/rescode.html#notadb */
const isNoDatabase = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === 26;

async function* rowsOf(database: Database): AsyncGenerator<SynapseRow, void, void> {
  for (const { table, columns } of tables) {
    const page = database.prepare(`SELECT rowid AS place, ${selected(columns, asBytes)} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`);
    for (let last = 0; ; ) {
      const found = await Promise.resolve(page.all(last, rowsAtOnce));
      for (const row of found) {
        last = Number(row['place']);
        yield rowOf(table, row);
      }
      if (found.length < rowsAtOnce) break;
    }
  }
}

const missingIn = (database: Database, keys: ReadonlyArray<RowKey>): ReadonlyArray<RowKey> => {
  const lookUps = new Map(
    tables.map(({ table, columns }) => {
      const named = [columns['user_id'], columns['type'], ...(columns['room_id'] === undefined ? [] : [columns['room_id']])];
      return [table, database.prepare(`SELECT 1 FROM ${table} WHERE ${named.map((column) => `${String(column)} = ?`).join(' AND ')}`)];
    }),
  );
  return keys.filter(({ table, userId, type, roomId }) => {
    const names = [userId, type, ...(table === 'account_data' ? [] : [roomId])];
    return lookUps.get(table)?.all(...names).length === 0;
  });
};
