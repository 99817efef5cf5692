import * as t from 'io-ts';
import { listOf } from './list.js';
import { answerRecord, record } from './record.js';
import {
  ContentObject,
  PositionText,
  RequestKeyText,
  RevisionText,
  RoomIdText,
  ShortText,
  TagText,
  TimeText,
  TypeText,
  UserIdText,
  UuidText,
  integerOf,
  orNull,
  wordOf,
} from './scalars.js';

/** @category codecs */
export const Actor = answerRecord('Actor', { kind: wordOf('user', 'service', 'module', 'admin'), id: t.string }, {});

/** The current or a past content of one key. @category codecs */
export const Entry = answerRecord(
  'Entry',
  {
    room_id: orNull(RoomIdText),
    type: TypeText,
    content: ContentObject,
    revision: RevisionText,
    position: PositionText,
    time: TimeText,
    event_id: UuidText,
    deleted: t.boolean,
  },
  {},
);

/** One change as the log tells it. @category codecs */
export const HistoryItem = answerRecord(
  'HistoryItem',
  {
    user_id: UserIdText,
    room_id: orNull(RoomIdText),
    type: TypeText,
    content: ContentObject,
    previous_content: orNull(ContentObject),
    previous_revision: orNull(RevisionText),
    revision: RevisionText,
    position: PositionText,
    time: TimeText,
    event_id: UuidText,
    actor: Actor,
    correlation_id: t.string,
    origin: wordOf('api', 'import', 'restore'),
  },
  { reason: t.string, causation_id: t.string, original_time: TimeText, restored_revision: RevisionText },
);

/** One change of a room tag. Its revision is one of the user's tag stream. @category codecs */
export const TagHistoryItem = answerRecord(
  'TagHistoryItem',
  {
    user_id: UserIdText,
    room_id: RoomIdText,
    tag: TagText,
    /** Null: the tag was removed. */
    content: orNull(ContentObject),
    previous_content: orNull(ContentObject),
    previous_revision: orNull(RevisionText),
    revision: RevisionText,
    position: PositionText,
    time: TimeText,
    event_id: UuidText,
    actor: Actor,
    correlation_id: t.string,
    origin: wordOf('api', 'import', 'restore'),
  },
  { reason: t.string, causation_id: t.string, original_time: TimeText },
);

/** What a command did. @category codecs */
export const ChangeDone = answerRecord(
  'ChangeDone',
  {
    user_id: UserIdText,
    revision: RevisionText,
    revisions: listOf(RevisionText),
    position: orNull(PositionText),
    delivery: wordOf('done', 'skipped', 'parked', 'pending'),
    repeated: t.boolean,
  },
  {},
);

/** Options that every command takes. @category constants */
export const commandOptions = {
  reason: ShortText,
  request_key: RequestKeyText,
  await: wordOf('appended', 'projected', 'modules'),
  /** Milliseconds. */
  timeout: integerOf(0, 60_000),
};

/** All tags of a user in a room. @category codecs */
export const RoomTagsJson = answerRecord(
  'RoomTags',
  { room_id: RoomIdText, tags: ContentObject, revision: RevisionText, position: PositionText },
  {},
);

/** @category codecs */
export const UserPath = record('UserPath', { userId: UserIdText }, {});

/** @category codecs */
export const NoQuery = record('NoQuery', {}, {});

/** @category codecs */
export const NoPath = record('NoPath', {}, {});
