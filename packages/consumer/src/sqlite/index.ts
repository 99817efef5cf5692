export { type SqliteDatabase, type SqliteOptions, openSqlite } from './openSqlite.js';
export type { SqliteConnection, SqliteStatement, SqliteValue } from './SqliteConnection.js';
