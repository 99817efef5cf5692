import { getUsers } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** A page of users, in the order of their IDs' UTF-8 bytes; ask again after `next`, absent at the end. @category model */
export type UsersPage = t.TypeOf<typeof getUsers.answer>;

/** Which users a page has. @category model */
export interface UsersQuery extends CallOptions {
  /** What their IDs begin with, the `@` included, compared exactly. Absent: all users. */
  readonly prefix?: string;
  /** A user ID, exclusive: `next` of the page before. */
  readonly after?: string;
  /** At most 1,000. Default 100. */
  readonly limit?: number;
}

/** About users in general. @category model */
export interface UserCalls {
  /** The users that the log has account data or tags of. */
  readonly users: (query?: UsersQuery) => Promise<UsersPage>;
}

/** Makes these calls. @category constructors */
export const userCalls = (transport: Transport): UserCalls => ({
  users: ({ prefix, after, limit, signal } = {}) =>
    transport.call(getUsers, { params: {}, query: defined({ prefix, after, limit }), signal, repeatable: true }),
});
