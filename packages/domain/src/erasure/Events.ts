import * as t from 'io-ts';
import { UserId } from '../UserId.js';
import { decoderOf } from '../events/decoderOf.js';
import { eventType, firstVersion } from '../events/EventVersions.js';

/** The data of `UserErased`, schema version 1. Released: never edited. @category codecs */
export const UserErasedV1 = t.readonly(t.strict({ userId: UserId }), 'UserErasedV1');

/** Everything of the user is to be removed, for good. It stands in the erasures' stream. @category model */
export interface UserErased {
  readonly type: 'UserErased';
  readonly data: t.TypeOf<typeof UserErasedV1>;
}

/** All schema versions, oldest first. @category codecs */
export const userErasedVersions = eventType(
  'UserErased',
  firstVersion(decoderOf(UserErasedV1)),
  (data): UserErased => ({ type: 'UserErased', data }),
);
