import type { SqliteConnection } from './SqliteConnection.js';

interface SchemaRow {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly sql: string;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What the file `database` of a connection holds, tables first, without what SQLite makes by itself. */
const schemaOf = (connection: SqliteConnection, database: string): ReadonlyArray<SchemaRow> => {
  const order = "CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END";
  const sql = `SELECT type, name, sql FROM ${database}.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY ${order}, rowid`;
  return connection.prepare(sql).all() as ReadonlyArray<SchemaRow>;
};

/** Columns that hold something by themselves: generated ones can't be written. */
const columnsOf = (connection: SqliteConnection, table: string): string =>
  (connection.prepare('SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden = 0').all(table, 'next') as ReadonlyArray<{ readonly name: string }>)
    .map(({ name }) => quoted(name))
    .join(', ');

/** @throws where the tables hold what can't be copied row by row */
export const demandCopyable = (connection: SqliteConnection): void => {
  const virtual = schemaOf(connection, 'main').find(({ type, sql }) => type === 'table' && /^\s*CREATE\s+VIRTUAL\s/i.test(sql));
  if (virtual !== undefined) throw new TypeError(`The virtual table ${virtual.name} can not be rebuilt beside the live one: make it outside of the migrations.`);
};

/** Within a transaction: everything in `main` goes, and what the attached file `next` holds is copied to its place. */
export const replaceTables = (connection: SqliteConnection): void => {
  for (const { type, name } of [...schemaOf(connection, 'main')].reverse()) {
    // An index goes with its table.
    if (type !== 'index') connection.exec(`DROP ${type} IF EXISTS main.${quoted(name)}`);
  }
  const copied = schemaOf(connection, 'next');
  for (const { sql } of copied.filter(({ type }) => type === 'table')) connection.exec(sql);
  for (const { name } of copied.filter(({ type }) => type === 'table')) {
    const columns = columnsOf(connection, name);
    connection.exec(`INSERT INTO main.${quoted(name)} (${columns}) SELECT ${columns} FROM next.${quoted(name)}`);
  }
  const counts = connection.prepare("SELECT 1 FROM next.sqlite_schema WHERE name = 'sqlite_sequence'").get();
  if (counts !== undefined && counts !== null) connection.exec('DELETE FROM main.sqlite_sequence; INSERT INTO main.sqlite_sequence SELECT * FROM next.sqlite_sequence');
  for (const { sql } of copied.filter(({ type }) => type !== 'table')) connection.exec(sql);
};
