import { rm } from 'node:fs/promises';
import type { Migration } from '../databases/migrations.js';
import type { BuiltDatabase, RebuildableDatabase } from '../rebuild.js';
import { checkpointOf, fileDatabase } from './fileDatabase.js';
import { inTransaction } from './inTransaction.js';
import { migrateFile } from './migrateFile.js';
import { demandCopyable, replaceTables } from './replaceTables.js';
import type { SqliteConnection } from './SqliteConnection.js';

/** Which file, and by which library. @category model */
export interface SqliteOptions<Connection extends SqliteConnection> {
  /** The file that the projection has for itself; a rebuild drops all that is in it. Beside it stands, while one runs, `<path>.next`. */
  readonly path: string;
  /** `(path) => new DatabaseSync(path)` of `node:sqlite`, or `(path) => new Database(path)` of `better-sqlite3`. */
  readonly open: (path: string) => Connection;
  readonly migrations: ReadonlyArray<Migration>;
  /** False: the live tables stay as they are. For a rebuild whose migrations are not those of the live ones. Default true. */
  readonly migrate?: boolean;
}

/** Its connection is closed by `close`. @category model */
export interface SqliteDatabase<Connection> extends RebuildableDatabase<Connection> {
  readonly close: () => void;
}

/**
 * A file of SQLite as a consumer's database, with its tables migrated, in the mode WAL, in which others read while it is written.
 * What handlers do with the connection that they are given is kept in the transaction of the checkpoint.
 *
 * @throws {MigrationsDiffer} and what SQLite refuses
 * @category constructors
 */
export const openSqlite = async <Connection extends SqliteConnection>(options: SqliteOptions<Connection>): Promise<SqliteDatabase<Connection>> => {
  const { path, migrations } = options;
  const next = `${path}.next`;
  const open = (file: string): Connection => {
    const connection = options.open(file);
    connection.exec('PRAGMA busy_timeout = 5000');
    connection.exec('PRAGMA journal_mode = WAL');
    return connection;
  };
  const removeNext = async (): Promise<void> => {
    for (const suffix of ['-wal', '-shm', '']) await rm(`${next}${suffix}`, { force: true });
  };
  const live = open(path);
  await migrateFile(path, live, options.migrate === false ? null : migrations);

  const openNext = async (version: string): Promise<Connection> => {
    const left = open(next);
    await migrateFile(next, left, null);
    const { version: found } = left.prepare('SELECT version FROM account_data_checkpoint').get() as { readonly version: string | null };
    if (found === version) return left;
    left.close();
    await removeNext();
    const fresh = open(next);
    await migrateFile(next, fresh, null);
    fresh.prepare('UPDATE account_data_checkpoint SET version = ?').run(version);
    return fresh;
  };

  const beside = async (version: string): Promise<BuiltDatabase<Connection>> => {
    const built = await openNext(version);
    let isOpen = true;
    const close = (): Promise<void> => {
      if (isOpen) built.close();
      isOpen = false;
      return Promise.resolve();
    };
    await migrateFile(next, built, migrations);
    demandCopyable(built);
    return {
      ...fileDatabase(next, built),
      swapIn: async (isCurrent) => {
        // A second connection: the consumer of the live one may be in a transaction of its own.
        const connection = open(path);
        try {
          connection.prepare('ATTACH ? AS next').run(next);
          const done = await inTransaction(path, connection, () => {
            if (!isCurrent(checkpointOf(connection))) return false;
            replaceTables(connection);
            return true;
          });
          if (!done) return false;
        } finally {
          connection.close();
        }
        await close();
        await removeNext();
        return true;
      },
      discard: async () => {
        await close();
        await removeNext();
      },
      close,
    };
  };

  return {
    ...fileDatabase(path, live),
    beside,
    close: () => {
      live.close();
    },
  };
};
