import * as t from 'io-ts';
import { localpartEnd } from './MatrixIdentifier.js';
import { isServerNameFrom } from './ServerName.js';

export interface UserIdBrand {
  readonly UserId: unique symbol;
}

/** A Matrix user ID, `@localpart:server_name`. @category model */
export type UserId = t.Branded<string, UserIdBrand>;

const at = 0x40;

/**
 * Whether a string is a user ID of at most 255 bytes. Localparts are taken as servers must take them: any Unicode code
 * point but `:` and NUL, even none at all ("historical user IDs").
 *
 * Source: Matrix specification, appendices, "User Identifiers" and "Historical User IDs".
 *
 * @category predicates
 */
export const isUserId = (text: string): text is UserId => {
  const end = localpartEnd(text, at);
  return end > 0 && end < text.length && isServerNameFrom(text, end + 1);
};

/** Decodes a user ID, by {@link isUserId}. @category codecs */
export const UserId = t.brand(t.string, (text): text is UserId => isUserId(text), 'UserId');

/** The server whose user it is, with the port where there is one. @category destructors */
export const serverNameOf = (userId: UserId): string => userId.slice(userId.indexOf(':') + 1);
