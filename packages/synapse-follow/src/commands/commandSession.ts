import type { ChangeApplier } from '../ChangeApplier.js';
import { type Lsn, parseLsn } from '../Lsn.js';
import type { PostgresConnection } from '../postgres/PostgresConnection.js';
import type { ReplicationStream } from '../postgres/ReplicationStream.js';
import type { CommandSession } from './HomeserverCommands.js';

/**
 * Places in the WAL around a request. The one after it is that of an empty message of ours: its commit brings to the disk, and so to
 * us, whatever was committed before, also by who does not wait for it (`synchronous_commit`), in a database that is idle, too.
 *
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 */
export const commandSession = ({ query }: PostgresConnection, stream: ReplicationStream, applier: ChangeApplier): CommandSession => {
  const placeBy = async (sql: string): Promise<Lsn> => parseLsn(String((await query(sql))[0]?.['lsn']));
  return {
    before: () => placeBy('SELECT pg_current_wal_insert_lsn()::text AS lsn'),
    after: () => placeBy("SELECT pg_logical_emit_message(true, 'account_data_engine', '')::text AS lsn"),
    isExcluded: (key) => applier.isExcluded(key),
    remind: () => {
      stream.remind();
    },
  };
};
