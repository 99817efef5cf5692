import { FollowError } from '../FollowError.js';
import type { SourceState, TableState } from './SourceState.js';

/** PostgreSQL 14, as `server_version_num` has it: the first whose slots send columns in binary form. */
const oldestVersion = 140_000;

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

const list = (names: ReadonlyArray<string>): string => names.join(', ');

/** Statements that set what is missing for tables to be published. */
export const identityStatements = ({ tables }: Pick<SourceState, 'tables'>): ReadonlyArray<string> =>
  tables.flatMap(({ name, hasIdentity, index }) =>
    hasIdentity || index === undefined ? [] : [`ALTER TABLE ${name} REPLICA IDENTITY USING INDEX ${quoted(index)};`],
  );

/** The statement that makes the publication, or adds to it what it lacks; undefined where it lacks nothing. */
export const publicationStatement = ({ tables, unpublished }: Pick<SourceState, 'tables' | 'unpublished'>, publication: string): string | undefined => {
  if (unpublished === undefined) return `CREATE PUBLICATION ${publication} FOR TABLE ${list(tables.map(({ name }) => name))};`;
  if (unpublished.length > 0) return `ALTER PUBLICATION ${publication} SET (publish = 'insert, update, delete, truncate');`;
  const missing = tables.filter(({ isPublished }) => !isPublished);
  return missing.length === 0 ? undefined : `ALTER PUBLICATION ${publication} ADD TABLE ${list(missing.map(({ name }) => name))};`;
};

const named = (tables: ReadonlyArray<TableState>): string => list(tables.map(({ table }) => table));

/** Why the tables can't be read, where they can't. */
export const unreadableTables = (tables: ReadonlyArray<TableState>, account: string): FollowError | undefined => {
  const absent = tables.filter(({ oid }) => oid === undefined);
  if (absent.length > 0) {
    return new FollowError('not_synapse', `The database has no table ${named(absent)}. Is it Synapse's, and are its tables on the search_path of this account?`);
  }
  const unreadable = tables.filter(({ isReadable }) => !isReadable);
  if (unreadable.length === 0) return undefined;
  return new FollowError('may_not_read', `The account ${account} may not read ${named(unreadable)}.`, [`GRANT SELECT ON ${list(unreadable.map(({ name }) => name))} TO ${quoted(account)};`]);
};

/**
 * What has to be set in the database before it can be followed: the first thing that is wrong, with the statements that
 * set it right. Undefined where all is well, but perhaps for the publication.
 *
 * Without a replica identity PostgreSQL refuses UPDATE and DELETE on a table that is in a publication of them
 * (https://www.postgresql.org/docs/current/logical-replication-publication.html), which would break the homeserver.
 */
export const missingPreparation = (state: SourceState): FollowError | undefined => {
  const { version, walLevel, tables, account, mayReplicate } = state;
  if (version < oldestVersion) {
    return new FollowError('postgres_too_old', `PostgreSQL ${String(Math.floor(version / 10_000))} can't be followed; 14 or newer can. Follow by polling until it is upgraded.`);
  }
  const unreadable = unreadableTables(tables, account);
  if (unreadable?.code === 'not_synapse') return unreadable;
  if (walLevel !== 'logical') {
    return new FollowError('wal_level', `wal_level is ${walLevel}. Set it to logical and restart PostgreSQL; until then it can't be followed but by polling.`, ['ALTER SYSTEM SET wal_level = logical;']);
  }
  if (!mayReplicate) {
    return new FollowError('may_not_replicate', `The account ${account} may not replicate. Let a superuser allow it.`, [`ALTER ROLE ${quoted(account)} REPLICATION;`]);
  }
  if (unreadable !== undefined) return unreadable;
  const without = tables.filter(({ hasIdentity }) => !hasIdentity);
  if (without.length === 0) return undefined;
  const published = without.filter(({ isPublished }) => isPublished);
  const urgent = published.length === 0 ? '' : ` ${named(published)} is published already: Synapse can't change it until this is set.`;
  return new FollowError(
    'no_replica_identity',
    `${named(without)} has no replica identity, and nothing is published without: PostgreSQL would refuse Synapse's writes.${urgent} Have the owner of the tables run this once; it takes no time, and Synapse goes on meanwhile.`,
    identityStatements(state),
  );
};

/**
 * The statement that makes or completes the publication where this account may run it; undefined where none is needed.
 *
 * @throws FollowError with the statement where it may not
 */
export const neededPublication = (state: SourceState, publication: string): string | undefined => {
  const statement = publicationStatement(state, publication);
  if (statement === undefined) return undefined;
  if (state.tables.every(({ isOwned }) => isOwned) && (state.mayPublish || state.unpublished !== undefined)) return statement;
  throw new FollowError('no_publication', `The publication ${publication} is not there or lacks something, and this account does not own the tables. Have their owner run this once.`, [statement]);
};
