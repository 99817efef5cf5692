import { type Lsn, parseLsn } from '../Lsn.js';
import type { FollowedTable } from '../SourceChange.js';
import type { PostgresConnection } from './PostgresConnection.js';

/** A table that is followed, as the database has it. */
export interface TableState {
  readonly table: FollowedTable;
  /** Undefined: there is no such table. */
  readonly oid: string | undefined;
  /** With its schema, quoted. */
  readonly name: string;
  /** Whether rows that are changed and deleted can be told apart in the WAL. */
  readonly hasIdentity: boolean;
  /** The index that can tell them apart; undefined where none can. */
  readonly index: string | undefined;
  readonly isReadable: boolean;
  /** Whether whoever asks may change the table, and publish it. */
  readonly isOwned: boolean;
  /** Whether the publication has it. */
  readonly isPublished: boolean;
}

/** The replication slot. */
export interface SlotState {
  readonly isActive: boolean;
  readonly isOurs: boolean;
  /** Null while it is being made. */
  readonly confirmed: Lsn | undefined;
  /** From here on the database keeps its WAL for the slot. */
  readonly restart: Lsn | undefined;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string | undefined;
}

/** What the database has, may and is asked to do, for following it. */
export interface SourceState {
  readonly systemId: string;
  readonly version: number;
  readonly walLevel: string;
  readonly walEnd: Lsn;
  /** Whom the database takes the connection for. */
  readonly account: string;
  readonly mayReplicate: boolean;
  readonly mayPublish: boolean;
  /** Undefined: there is no such publication. Else which kinds of changes it leaves out. */
  readonly unpublished: ReadonlyArray<string> | undefined;
  readonly tables: ReadonlyArray<TableState>;
  /** Undefined: there is no such slot. */
  readonly slot: SlotState | undefined;
}

const followedTables: ReadonlyArray<FollowedTable> = ['account_data', 'room_account_data', 'room_tags', 'erased_users'];

const generalQuery = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system_id,
    current_setting('server_version_num')::int AS version,
    current_setting('wal_level') AS wal_level,
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS wal_end,
    (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_replicate,
    current_user::text AS account, has_database_privilege(current_database(), 'CREATE') AS may_publish`;

/** Of the unique indexes the one whose columns are never null and that is neither partial nor deferred. */
const tablesQuery = `
  SELECT t.name AS table, c.oid::text AS oid, c.oid::regclass::text AS name, c.relreplident AS identity,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND (i.indisreplident OR i.indisprimary AND c.relreplident = 'd')) AS has_index,
    (SELECT ic.relname FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM unnest(i.indkey::int2[]) AS k(attnum) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE NOT a.attnotnull)
      ORDER BY ic.relname LIMIT 1) AS index,
    c.oid IS NOT NULL AND has_table_privilege(c.oid, 'SELECT') AS readable,
    c.oid IS NOT NULL AND pg_has_role(c.relowner, 'USAGE') AS owned,
    EXISTS (SELECT FROM pg_publication_tables p JOIN pg_namespace n ON n.nspname = p.schemaname
      WHERE p.pubname = $2 AND p.tablename = c.relname AND n.oid = c.relnamespace) AS published
  FROM unnest($1::text[]) WITH ORDINALITY AS t(name, place) LEFT JOIN pg_class c ON c.oid = to_regclass(t.name) ORDER BY t.place`;

const publicationQuery = `
  SELECT pubinsert AS insert, pubupdate AS update, pubdelete AS delete, pubtruncate AS truncate FROM pg_publication WHERE pubname = $1`;

const slotQuery = `
  SELECT active, plugin = 'pgoutput' AND database = current_database() AS ours, confirmed_flush_lsn::text AS confirmed,
    restart_lsn::text AS restart, wal_status FROM pg_replication_slots WHERE slot_name = $1`;

const textOrNone = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const lsnOrNone = (value: unknown): Lsn | undefined => (typeof value === 'string' ? parseLsn(value) : undefined);

const readSlot = async ({ query }: PostgresConnection, slot: string): Promise<SlotState | undefined> => {
  const [row] = await query(slotQuery, [slot]);
  return row === undefined
    ? undefined
    : {
        isActive: row['active'] === true,
        isOurs: row['ours'] === true,
        confirmed: lsnOrNone(row['confirmed']),
        restart: lsnOrNone(row['restart']),
        walStatus: textOrNone(row['wal_status']),
      };
};

/** The tables, as far as any account may see them. Rejects with the client's error. */
export const readTables = async ({ query }: PostgresConnection, publication = ''): Promise<ReadonlyArray<TableState>> =>
  (await query(tablesQuery, [followedTables, publication])).map((row, index) => ({
    table: followedTables[index] as FollowedTable,
    oid: textOrNone(row['oid']),
    name: textOrNone(row['name']) ?? String(row['table']),
    hasIdentity: row['identity'] === 'f' || row['has_index'] === true,
    index: textOrNone(row['index']),
    isReadable: row['readable'] === true,
    isOwned: row['owned'] === true,
    isPublished: row['published'] === true,
  }));

/** Whom the database takes the connection for. */
export const accountOf = async ({ query }: PostgresConnection): Promise<string> => String((await query('SELECT current_user::text AS account'))[0]?.['account']);

/** Asks the database for all of it. Rejects with the client's error. */
export const readSourceState = async (
  connection: PostgresConnection,
  { slot, publication }: { readonly slot: string; readonly publication: string },
): Promise<SourceState> => {
  const [general] = await connection.query(generalQuery);
  const [published] = await connection.query(publicationQuery, [publication]);
  return {
    systemId: String(general?.['system_id']),
    version: Number(general?.['version']),
    walLevel: String(general?.['wal_level']),
    walEnd: parseLsn(String(general?.['wal_end'])),
    account: String(general?.['account']),
    mayReplicate: general?.['may_replicate'] === true,
    mayPublish: general?.['may_publish'] === true,
    unpublished: published === undefined ? undefined : ['insert', 'update', 'delete', 'truncate'].filter((kind) => published[kind] !== true),
    tables: await readTables(connection, publication),
    slot: await readSlot(connection, slot),
  };
};
