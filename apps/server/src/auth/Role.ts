/**
 * What a token may do.
 *
 * - `user`: its own account data and history;
 * - `service`: the account data of every local user, the feed;
 * - `auditor`: reads everything, changes nothing;
 * - `admin`: everything.
 *
 * @category model
 */
export type Role = 'user' | 'service' | 'auditor' | 'admin';

/** All roles, in the order of the documentation. @category model */
export const roles: ReadonlyArray<Role> = ['user', 'service', 'auditor', 'admin'];

/** Whether a value is the name of a role. @category predicates */
export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);
