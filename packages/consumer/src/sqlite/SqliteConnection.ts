/** What SQLite binds. @category model */
export type SqliteValue = string | number | bigint | null | Uint8Array;

/** What is used of a prepared statement. @category model */
export interface SqliteStatement {
  readonly run: (...values: Array<SqliteValue>) => unknown;
  readonly get: (...values: Array<SqliteValue>) => unknown;
  readonly all: (...values: Array<SqliteValue>) => ReadonlyArray<unknown>;
}

/** What is used of a connection: `DatabaseSync` of `node:sqlite` and `Database` of `better-sqlite3` have it. @category model */
export interface SqliteConnection {
  readonly exec: (sql: string) => unknown;
  readonly prepare: (sql: string) => SqliteStatement;
  readonly close: () => unknown;
}
