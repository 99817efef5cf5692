export { type PostgresOptions, openPostgres } from './openPostgres.js';
export type { PostgresClient, PostgresPool } from './PostgresPool.js';
