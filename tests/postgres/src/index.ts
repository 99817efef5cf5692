export { postgresPrograms } from './postgresPrograms.js';
export { type PostgresServer, type PostgresSettings, startPostgres } from './PostgresServer.js';
export { synapseTables } from './synapseTables.js';
