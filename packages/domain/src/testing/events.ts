import * as fc from 'fast-check';
import type { AccountDataUpdated } from '../account-data/Events.js';
import type { UserErased } from '../erasure/Events.js';
import type { DomainEvent } from '../events/decodeEvent.js';
import type { LogCreated, LogEpochBegan } from '../log/Events.js';
import type { RoomTagEvent, RoomTagRemoved, RoomTagSet } from '../room-tags/Events.js';
import {
  arbitraryAccountDataType,
  arbitraryRoomId,
  arbitraryRoomIdOrNull,
  arbitraryTag,
  arbitraryUserId,
} from './identifiers.js';
import { arbitraryJsonObject } from './json.js';

/** Deletions among them. @category generators */
export const arbitraryAccountDataUpdated: fc.Arbitrary<AccountDataUpdated> = fc
  .record({
    userId: arbitraryUserId,
    roomId: arbitraryRoomIdOrNull,
    type: arbitraryAccountDataType,
    content: fc.oneof({ weight: 4, arbitrary: arbitraryJsonObject }, { weight: 1, arbitrary: fc.constant({}) }),
  }, { noNullPrototype: true })
  .map((data) => ({ type: 'AccountDataUpdated', data }));

const arbitraryRoomTagSet: fc.Arbitrary<RoomTagSet> = fc
  .record({ userId: arbitraryUserId, roomId: arbitraryRoomId, tag: arbitraryTag, content: arbitraryJsonObject }, { noNullPrototype: true })
  .map((data) => ({ type: 'RoomTagSet', data }));

const arbitraryRoomTagRemoved: fc.Arbitrary<RoomTagRemoved> = fc
  .record({ userId: arbitraryUserId, roomId: arbitraryRoomId, tag: arbitraryTag }, { noNullPrototype: true })
  .map((data) => ({ type: 'RoomTagRemoved', data }));

/** Tags that are set and tags that are removed, equally often. @category generators */
export const arbitraryRoomTagEvent: fc.Arbitrary<RoomTagEvent> = fc.oneof(arbitraryRoomTagSet, arbitraryRoomTagRemoved);

const arbitraryUserErased: fc.Arbitrary<UserErased> = arbitraryUserId.map((userId) => ({
  type: 'UserErased',
  data: { userId },
}));

const arbitraryLogCreated: fc.Arbitrary<LogCreated> = fc.uuid().map((logId) => ({ type: 'LogCreated', data: { logId } }));

const arbitraryLogEpochBegan: fc.Arbitrary<LogEpochBegan> = fc.constant({ type: 'LogEpochBegan', data: {} });

/** Every type of event, those that are frequent in a log more often. @category generators */
export const arbitraryDomainEvent: fc.Arbitrary<DomainEvent> = fc.oneof(
  { weight: 4, arbitrary: arbitraryAccountDataUpdated },
  { weight: 2, arbitrary: arbitraryRoomTagEvent },
  { weight: 1, arbitrary: arbitraryUserErased },
  { weight: 1, arbitrary: arbitraryLogCreated },
  { weight: 1, arbitrary: arbitraryLogEpochBegan },
);
