import type { Principal } from '../auth/Principal.js';
import { roles } from '../auth/Role.js';
import type { Role } from '../auth/Role.js';

/**
 * What an endpoint asks of a token.
 *
 * - `read`: account data and tags of a user, now or as of a moment, and its history;
 * - `write`: changes of a user's account data and tags;
 * - `feed`: the change feed, of one user or of all;
 * - `log`: the history across users;
 * - `inspect`: the state of projection and modules;
 * - `export`: everything of a user, or of all, as a file;
 * - `operate`: rebuild, re-drive, replay, import;
 * - `erase`: erasing a user for good;
 * - `identify`: whom the token itself stands for.
 *
 * @category model
 */
export type Need = 'read' | 'write' | 'feed' | 'log' | 'inspect' | 'export' | 'operate' | 'erase' | 'identify';

/** How far a role may: not at all, for the token's own user, for every user. @category model */
export type Grant = 'none' | 'own' | 'all';

/** Held equal to the table in the README by a test. @category constants */
export const grants: Readonly<Record<Need, Readonly<Record<Role, Grant>>>> = {
  read: { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  write: { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  feed: { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  log: { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  inspect: { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  export: { user: 'own', service: 'none', auditor: 'all', admin: 'all' },
  operate: { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  erase: { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  identify: { user: 'all', service: 'all', auditor: 'all', admin: 'all' },
};

/** Which roles may, for a refusal: `admin and auditor do`. */
export const whoMay = (need: Need): string => {
  const all = roles.filter((role) => grants[need][role] === 'all').reverse();
  return `${all.join(all.length === 2 ? ' and ' : ', ')} ${all.length === 1 ? 'does' : 'do'}${grants[need].user === 'own' ? ', and user for its own user' : ''}`;
};

/** Whether a principal may; `userId` is whom it is about, undefined where it is about everybody. */
export const isGranted = ({ role, userId: own }: Principal, need: Need, userId: string | undefined): boolean => {
  switch (grants[need][role]) {
    case 'none':
      return false;
    case 'own':
      return own !== null && userId === own;
    case 'all':
      return true;
  }
};
