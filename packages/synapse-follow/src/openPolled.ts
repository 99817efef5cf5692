import { otherHomeserver } from './otherHomeserver.js';
import { openRows } from './postgres/createSlot.js';
import type { RowsSnapshot } from './RowsSnapshot.js';
import { openSqliteRows } from './sqlite/openSqliteRows.js';

/** A Synapse's database. The account on PostgreSQL needs to read the tables, and no more; SQLite's file takes Node 22.13. @category model */
export type PolledDatabase = { readonly postgres: string } | { readonly sqlite: string };

/** The rows of a homeserver as they are now. @throws FollowError where they can't be read, or are another homeserver's; the client's error else */
export const openPolled = async (database: PolledDatabase, serverName: string): Promise<RowsSnapshot> => {
  const snapshot = 'sqlite' in database ? openSqliteRows(database.sqlite) : await openRows(database.postgres);
  try {
    const other = otherHomeserver(await snapshot.someUsers(), serverName);
    if (other !== undefined) throw other;
    return snapshot;
  } catch (error) {
    await snapshot.close();
    throw error;
  }
};
