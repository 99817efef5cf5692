import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { AccountDataType, isAccountDataType } from '../AccountDataType.js';
import { RoomId, isRoomId } from '../RoomId.js';
import { UserId, isUserId } from '../UserId.js';
import { type DataFault, dataFault, isRecord, notRecord } from '../events/DataFault.js';
import { JsonObjectCodec } from '../json/JsonObjectCodec.js';
import { storedJsonLimits } from '../json/JsonLimits.js';
import { checkParsedJson } from '../json/checkParsedJson.js';

/**
 * The data of `AccountDataUpdated`, schema version 1. Released: never edited. Keys that it does not name are left out.
 *
 * @category codecs
 */
export const AccountDataUpdatedV1 = t.readonly(
  t.strict({
    userId: UserId,
    /** Null for global account data. */
    roomId: t.union([RoomId, t.null]),
    type: AccountDataType,
    /** `{}` is a deletion. */
    content: JsonObjectCodec,
  }),
  'AccountDataUpdatedV1',
);

/** What the codec of the same name decodes to. @category model */
export type AccountDataUpdatedV1 = t.TypeOf<typeof AccountDataUpdatedV1>;

/** The same as the codec, in plain steps; the content must come from JSON.parse, and is frozen in place. */
export const decodeAccountDataUpdatedV1 = (data: unknown): E.Either<DataFault, AccountDataUpdatedV1> => {
  if (!isRecord(data)) return notRecord;
  const { userId, roomId, type } = data;
  if (typeof userId !== 'string' || !isUserId(userId)) return dataFault('/userId', 'a user ID');
  if (roomId !== null && (typeof roomId !== 'string' || !isRoomId(roomId))) {
    return dataFault('/roomId', 'a room ID or null');
  }
  if (typeof type !== 'string' || !isAccountDataType(type)) return dataFault('/type', 'a type of account data');
  const content = checkParsedJson(data['content'], storedJsonLimits);
  if (E.isLeft(content)) return dataFault(`/content${content.left.path}`, 'plain JSON');
  return E.right({ userId, roomId, type, content: content.right });
};
