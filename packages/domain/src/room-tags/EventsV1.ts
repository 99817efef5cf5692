import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { RoomId, isRoomId } from '../RoomId.js';
import { Tag, isTag } from '../Tag.js';
import { UserId, isUserId } from '../UserId.js';
import { type DataFault, dataFault, isRecord, notRecord } from '../events/DataFault.js';
import { JsonObjectCodec } from '../json/JsonObjectCodec.js';
import { storedJsonLimits } from '../json/JsonLimits.js';
import { checkParsedJson } from '../json/checkParsedJson.js';

/** The data of `RoomTagRemoved`, schema version 1. Released: never edited. @category codecs */
export const RoomTagRemovedV1 = t.readonly(t.strict({ userId: UserId, roomId: RoomId, tag: Tag }), 'RoomTagRemovedV1');

/** What the codec of the same name decodes to. @category model */
export type RoomTagRemovedV1 = t.TypeOf<typeof RoomTagRemovedV1>;

/** The data of `RoomTagSet`, schema version 1. Released: never edited. @category codecs */
export const RoomTagSetV1 = t.readonly(
  t.strict({ userId: UserId, roomId: RoomId, tag: Tag, content: JsonObjectCodec }),
  'RoomTagSetV1',
);

/** What the codec of the same name decodes to. @category model */
export type RoomTagSetV1 = t.TypeOf<typeof RoomTagSetV1>;

/** The same as the codec, in plain steps. */
export const decodeRoomTagRemovedV1 = (data: unknown): E.Either<DataFault, RoomTagRemovedV1> => {
  if (!isRecord(data)) return notRecord;
  const { userId, roomId, tag } = data;
  if (typeof userId !== 'string' || !isUserId(userId)) return dataFault('/userId', 'a user ID');
  if (typeof roomId !== 'string' || !isRoomId(roomId)) return dataFault('/roomId', 'a room ID');
  if (typeof tag !== 'string' || !isTag(tag)) return dataFault('/tag', 'a tag');
  return E.right({ userId, roomId, tag });
};

/** The same as the codec, in plain steps; the content must come from JSON.parse, and is frozen in place. */
export const decodeRoomTagSetV1 = (data: unknown): E.Either<DataFault, RoomTagSetV1> => {
  const key = decodeRoomTagRemovedV1(data);
  if (E.isLeft(key)) return key;
  const content = checkParsedJson(isRecord(data) ? data['content'] : undefined, storedJsonLimits);
  if (E.isLeft(content)) return dataFault(`/content${content.left.path}`, 'plain JSON');
  const { userId, roomId, tag } = key.right;
  return E.right({ userId, roomId, tag, content: content.right });
};
