import { connectionProblem } from '@account-data/synapse-import';
import { FollowError } from './FollowError.js';
import type { FollowHealth } from './FollowHealth.js';
import { sqlStateOf } from './postgres/PostgresConnection.js';

/** PostgreSQL's code for what somebody else uses. */
const inUse = '55006';

/** What went wrong, as health and the log of the server tell it. */
export const problemOf = (error: unknown): NonNullable<FollowHealth['problem']> => {
  if (error instanceof FollowError) return { code: error.code, message: error.message, statements: error.statements };
  const state = sqlStateOf(error);
  if (state === inUse) return { code: 'slot_in_use', message: 'Another process reads from the replication slot. It goes on; this one waits until it ends.', statements: [] };
  const why = connectionProblem(error);
  return { code: 'database_unavailable', message: `Synapse's database can't be reached or read${state === undefined ? '' : ` (${state})`}${why === undefined ? '' : `: ${why}`}. It is tried again, and goes on from where it was.`, statements: [] };
};
