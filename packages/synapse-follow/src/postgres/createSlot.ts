import { postgresRowsByUser } from '@account-data/synapse-import';
import { FollowError } from '../FollowError.js';
import { someUsersQuery } from '../otherHomeserver.js';
import { unreadableTables } from './preparation.js';
import { accountOf, readTables } from './SourceState.js';
import { connectPostgres, type PostgresConnection } from './PostgresConnection.js';
import { type Lsn, parseLsn } from '../Lsn.js';
import type { RowsSnapshot } from '../RowsSnapshot.js';
import type { RowKey } from '../SourceChange.js';

/** A slot with the state of the tables from which its changes go on. */
export interface NewSlot {
  /** The first change of the slot comes after it; the snapshot has all that came before. */
  readonly from: Lsn;
  readonly snapshot: RowsSnapshot;
}

/**
 * Makes the slot, and opens the snapshot that PostgreSQL exports with it: the rows as they were exactly where the slot's
 * changes begin. A slot of that name is dropped before.
 */
export const createSlot = async (connectionString: string, slot: string, wasThere: boolean): Promise<NewSlot> => {
  const replication = await connectPostgres(connectionString, { replication: true });
  try {
    if (wasThere) await replication.query(`DROP_REPLICATION_SLOT ${slot}`);
    const [made] = await replication.query(`CREATE_REPLICATION_SLOT ${slot} LOGICAL pgoutput EXPORT_SNAPSHOT`);
    const { consistent_point: from, snapshot_name: name } = made ?? {};
    if (typeof from !== 'string' || typeof name !== 'string') throw new FollowError('no_snapshot', 'PostgreSQL exported no snapshot with the slot. It is tried again.');
    const reading = await connectPostgres(connectionString);
    await reading.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await reading.query(`SET TRANSACTION SNAPSHOT '${name}'`);
    return { from: parseLsn(from), snapshot: snapshotOf(reading) };
  } finally {
    // The snapshot can be taken up until the connection that exported it does something else, or ends.
    await replication.close();
  }
};

/** The rows as they are now, for an account that may read them. @throws FollowError where it may not, or they are not there */
export const openRows = async (connectionString: string): Promise<RowsSnapshot> => {
  const reading = await connectPostgres(connectionString);
  try {
    const missing = unreadableTables(await readTables(reading), await accountOf(reading));
    if (missing !== undefined) throw missing;
    await reading.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return snapshotOf(reading);
  } catch (error) {
    await reading.close();
    throw error;
  }
};

/** Whose a few of the rows are. */
export const someUsers = async ({ query }: PostgresConnection): Promise<ReadonlyArray<string>> => (await query(someUsersQuery)).map((row) => String(row['user_id']));

const columnsOf = { account_data: ['user_id', 'account_data_type'], room_account_data: ['user_id', 'account_data_type', 'room_id'], room_tags: ['user_id', 'tag', 'room_id'] } as const;

const snapshotOf = (connection: PostgresConnection): RowsSnapshot => ({
  rows: () => postgresRowsByUser((text) => connection.query(text)),
  someUsers: () => someUsers(connection),
  erased: async () => (await connection.query('SELECT user_id FROM erased_users')).map((row) => String(row['user_id'])),
  missing: async (keys) => {
    const missing: Array<RowKey> = [];
    for (const [table, [, type, room]] of Object.entries(columnsOf)) {
      // PostgreSQL's texts hold no NUL: what is called so can't be there.
      const asked = keys.filter((key) => key.table === table);
      const possible = asked.filter((key) => !`${key.userId}${key.type}${key.roomId ?? ''}`.includes('\0'));
      missing.push(...asked.filter((key) => !possible.includes(key)));
      if (possible.length === 0) continue;
      const gone = await connection.query(
        `SELECT k.n::int AS n FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k(u, t, r, n)
         WHERE NOT EXISTS (SELECT FROM ${table} x WHERE x.user_id = k.u AND x.${type} = k.t${room === undefined ? '' : ` AND x.${room} = k.r`}) ORDER BY k.n`,
        [possible.map(({ userId }) => userId), possible.map((key) => key.type), possible.map(({ roomId }) => roomId)],
      );
      for (const { n } of gone) missing.push(possible[Number(n) - 1] as RowKey);
    }
    return missing;
  },
  close: async () => {
    await connection.close();
  },
});
