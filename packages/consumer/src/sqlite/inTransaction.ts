import type { SqliteConnection } from './SqliteConnection.js';
import { inTurn } from './turns.js';

/** Runs `work` in a transaction that may write: everything it did is kept, or, where it throws, nothing. `path` is that of the file. */
export const inTransaction = <A>(path: string, connection: SqliteConnection, work: () => A | Promise<A>): Promise<A> =>
  inTurn(path, () => transact(connection, work));

const transact = async <A>(connection: SqliteConnection, work: () => A | Promise<A>): Promise<A> => {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      connection.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does on some errors.
    }
    throw error;
  }
};
