import type { Actor } from '../Actor.js';
import type { UserId } from '../UserId.js';

/**
 * What is looked at: `data` of a user, or of all, as it is or was; the `feed` of what changes; an `export`; or the
 * `access_log` itself.
 *
 * @category constants
 */
export const accessKinds = ['data', 'feed', 'export', 'access_log'] as const;

/** One of {@link accessKinds}. @category model */
export type AccessKind = (typeof accessKinds)[number];

/** Somebody who looks at data that is not theirs. @category model */
export interface Access {
  readonly actor: Actor;
  /** Of the token that is used. */
  readonly role: string;
  /** Whose data it is; null: that of all users. */
  readonly userId: UserId | null;
  readonly kind: AccessKind;
  /** Why, as the one who looks says. */
  readonly reason?: string;
}

/** An entry of the access log. @category model */
export interface AccessEntry extends Access {
  readonly id: string;
  /** When it began, in milliseconds since the Unix epoch. */
  readonly time: number;
}
