import { type Migration, pendingMigrations } from '../databases/migrations.js';
import { inTransaction } from './inTransaction.js';
import type { SqliteConnection } from './SqliteConnection.js';

const ownTables = `
  CREATE TABLE IF NOT EXISTS account_data_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS account_data_checkpoint (id INTEGER PRIMARY KEY CHECK (id = 0), log_id TEXT, position TEXT, version TEXT);
  INSERT OR IGNORE INTO account_data_checkpoint (id) VALUES (0);
`;

/**
 * Makes what is missing of a file's tables: ours, and what the migrations make.
 *
 * @param migrations null: only our own tables
 * @throws {MigrationsDiffer}
 */
export const migrateFile = (path: string, connection: SqliteConnection, migrations: ReadonlyArray<Migration> | null): Promise<void> =>
  inTransaction(path, connection, () => {
    connection.exec(ownTables);
    if (migrations === null) return;
    const rows = connection.prepare('SELECT name FROM account_data_migrations ORDER BY number').all();
    const applied = (rows as ReadonlyArray<{ readonly name: string }>).map(({ name }) => name);
    let number = applied.length;
    for (const { name, sql } of pendingMigrations(`The file ${path}`, migrations, applied)) {
      connection.exec(sql);
      connection.prepare('INSERT INTO account_data_migrations VALUES (?, ?)').run((number += 1), name);
    }
  });
