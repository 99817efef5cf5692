import { rowOf, selected, type SynapseRow, tables } from '@account-data/synapse-import';
import { createRequire } from 'node:module';
import { FollowError } from '../FollowError.js';
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
 * @throws FollowError where this Node has no SQLite, or the look would hinder Synapse; SQLite's error where the file can't be read
 */
export const openSqliteRows = (path: string): RowsSnapshot => {
  const { DatabaseSync } = builtIn();
  if (wouldLeaveFiles(path)) {
    throw new FollowError(
      'synapse_not_running',
      "Synapse does not run, and its SQLite file is another user's: to look at it now would leave files beside it that Synapse can't write. It is looked at when Synapse runs, or by a program that runs as the file's owner.",
    );
  }
  const database = new DatabaseSync(path, { readOnly: true, timeout: lockTime });
  database.exec('BEGIN');
  return {
    rows: () => rowsOf(database),
    erased: () => Promise.resolve(database.prepare('SELECT user_id FROM erased_users').all().map((row) => String(row['user_id']))),
    missing: (keys) => Promise.resolve(missingIn(database, keys)),
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
};

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
