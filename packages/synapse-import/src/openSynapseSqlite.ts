import sqlite from 'node-sqlite3-wasm';
import { type SynapseDatabase, type SynapseRow, rowOf, selected, tables } from './SynapseRow.js';

const rowsAtOnce = 1_000;

/**
 * A Synapse database in an SQLite file, opened for reading only. Stop Synapse first, or give a copy of the file. Throws
 * SQLite's error where the file is not there or not a database.
 *
 * @category constructors
 */
export const openSynapseSqlite = (path: string): SynapseDatabase => {
  const database = new sqlite.Database(path, { readOnly: true, fileMustExist: true });
  // Synapse keeps its database in WAL mode, which this build of SQLite, without shared memory, reads for itself alone only.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  return {
    rows: () => rows(database),
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
};

/** As bytes: SQLite's client ends a text at a NUL, and makes something else of what is not UTF-8. */
const asBytes = (column: string): string => `CAST(${column} AS BLOB)`;

type Database = InstanceType<typeof sqlite.Database>;

async function* rows(database: Database): AsyncGenerator<SynapseRow, void, void> {
  for (const { table, columns } of tables) {
    for (let last = 0; ; ) {
      const page = await Promise.resolve(
        database.all(`SELECT rowid AS place, ${selected(columns, asBytes)} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`, [last, rowsAtOnce]),
      );
      for (const row of page) {
        last = Number(row['place']);
        yield rowOf(table, row);
      }
      if (page.length < rowsAtOnce) break;
    }
  }
}
