import type { Actor, UserId } from '@account-data/domain';
import type { Role } from './Role.js';

/**
 * Who is asking: what a token stands for. Made once per token and then shared by its requests.
 *
 * @category model
 */
export interface Principal {
  readonly role: Role;
  /** Whom the token speaks for; null for services, auditors and admins without a user of their own. */
  readonly userId: UserId | null;
  /** Recorded with every change. */
  readonly actor: Actor;
  /** What limits count by: the same for all tokens of a JWT's subject or a homeserver's user. Not a secret. */
  readonly id: string;
}

/** The principal of a role. Its changes are recorded under `name`, else the user, else `id`. @category constructors */
export const principalOf = (
  role: Role,
  userId: UserId | null,
  id: string,
  name?: string,
): Principal => {
  const kind = role === 'admin' ? 'admin' : role === 'user' ? 'user' : 'service';
  return { role, userId, actor: { kind, id: name ?? userId ?? id }, id };
};
