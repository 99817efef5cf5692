import * as t from 'io-ts';

export interface UserIdBrand {
  readonly UserId: unique symbol;
}

/** A Matrix user ID, `@localpart:server_name`. @category model */
export type UserId = t.Branded<string, UserIdBrand>;
