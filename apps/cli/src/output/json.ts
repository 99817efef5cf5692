import type { ChangeResult, FeedEvent, FeedPositionLost, HistoryEntry, KeyDiff, RoomEvent, TagHistoryEntry } from '@account-data/client';
import {
  ChangeJson,
  EntryJson,
  HistoryEntryJson,
  type JsonRecord,
  KeyDiffJson,
  type RecordCodec,
  RoomEvent as RoomEventJson,
  RoomTagsJson,
  TagHistoryEntryJson,
  encodeFeedEvent,
  feedEvents,
} from '@account-data/service-api';
import type { FoundEntry, FoundTags, LoggedChange, LoggedTagChange } from '../target/Target.js';

/** The members that are promised of a line, as the codec of the service API gives them; what is not told is left out. */
const membersOf = <A>(codec: RecordCodec<A>, value: Partial<A>, names: ReadonlyArray<string>): JsonRecord => {
  // A codec encodes what is there, and passes over the rest.
  const encoded = codec.encode(value as A);
  return Object.fromEntries(names.flatMap((name) => (encoded[name] === undefined ? [] : [[name, encoded[name]]])));
};

const factNames = [
  'revision',
  'position',
  'time',
  'original_time',
  'event_id',
  'actor',
  'reason',
  'correlation_id',
  'causation_id',
  'origin',
  'restored_revision',
];

/** What a change came to. */
export const changeJson = (change: ChangeResult): JsonRecord => {
  const { position, ...told } = membersOf(ChangeJson, change, ['revision', 'position', 'repeated']);
  return { revision: told['revision'], ...(position === null ? {} : { position }), repeated: told['repeated'] };
};

/** The current content of a key. */
export const entryJson = (userId: string, entry: FoundEntry): JsonRecord => ({ user_id: userId, ...membersOf(EntryJson, entry, ['room_id', 'type', 'content', 'revision']) });

/** A change of the past. */
export const historyJson = (change: LoggedChange): JsonRecord =>
  membersOf<HistoryEntry>(HistoryEntryJson, change, ['user_id', 'room_id', 'type', 'content', 'previous_content', ...factNames]);

/** A change of a room tag. */
export const tagHistoryJson = (change: LoggedTagChange): JsonRecord =>
  membersOf<TagHistoryEntry>(TagHistoryEntryJson, change, ['user_id', 'room_id', 'tag', 'content', 'previous_content', ...factNames]);

/** The tags of a room, as they were. */
export const roomTagsJson = (userId: string, room: FoundTags): JsonRecord => ({ user_id: userId, ...membersOf(RoomTagsJson, room, ['room_id', 'tags']) });

/** What became of a key. */
export const keyDiffJson = (userId: string, diff: KeyDiff): JsonRecord => ({ user_id: userId, ...KeyDiffJson.encode(diff) });

/** A change as the feed tells it, or that it lost its place. */
export const feedJson = (item: FeedEvent | FeedPositionLost): JsonRecord => {
  if (item._tag === 'PositionLost') {
    return { id: item.id, event: 'position_lost', ...feedEvents.position_lost.encode({ lost: item.lost, shared: item.position }) };
  }
  const { name, data } = encodeFeedEvent(item);
  return { id: item.id, event: name, ...data };
};

/** An event of a room, as Matrix writes events, and where it comes from. */
export const roomEventJson = (event: RoomEvent): JsonRecord => RoomEventJson.encode(event);
