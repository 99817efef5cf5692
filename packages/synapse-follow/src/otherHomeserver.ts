import { tables } from '@account-data/synapse-import';
import { FollowError } from './FollowError.js';

const usersAtMost = 20;

/** User IDs of a few rows of each table, in the SQL of both databases: whose rows they are is seen at a glance, of however many. */
export const someUsersQuery: string = tables
  .map(({ table, columns }) => `SELECT user_id FROM (SELECT ${String(columns['user_id'])} AS user_id FROM ${table} LIMIT ${String(usersAtMost)}) AS of_${table}`)
  .join(' UNION ALL ');

/**
 * Why a database is not followed whose rows are of users of another homeserver: a homeserver keeps the account data of its own
 * users only. Undefined where one is of this server, or there are none.
 */
export const otherHomeserver = (userIds: ReadonlyArray<string>, serverName: string): FollowError | undefined => {
  const [first] = userIds;
  if (first === undefined || userIds.some((userId) => userId.endsWith(`:${serverName}`))) return undefined;
  return new FollowError(
    'other_homeserver',
    `The database is not that of ${serverName}: its rows are of users of ${first.slice(first.indexOf(':') + 1)}. Give the server_name that Synapse has, or the address of its database.`,
  );
};
