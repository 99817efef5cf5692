import {
  type AccountDataEntry,
  type Actor,
  type ChangeResult,
  type ChangeFacts,
  type HistoryEntry,
  type JsonObject,
  type Revision,
  type RoomTags,
  type TagHistoryEntry,
  actorKinds,
  origins,
} from '@account-data/domain';
import * as t from 'io-ts';
import { listOf } from './list.js';
import { type RecordCodec, answerRecord, pathRecord, record } from './record.js';
import {
  ContentObject,
  GivenUserId,
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

/** Who asked for a change. @category codecs */
export const ActorJson: RecordCodec<Actor> = answerRecord('Actor', { kind: wordOf(...actorKinds), id: t.string }, {});

/** What is told of any change, as properties of its codec. @category constants */
export const changeFacts = {
  required: {
    userId: UserIdText,
    revision: RevisionText,
    position: PositionText,
    time: TimeText,
    eventId: UuidText,
    actor: ActorJson,
    correlationId: t.string,
    origin: wordOf(...origins),
  },
  optional: { reason: t.string, causationId: t.string },
} satisfies { readonly required: { readonly [K in RequiredFact]: t.Mixed }; readonly optional: { readonly [K in OptionalFact]: t.Mixed } };

type RequiredFact = 'userId' | 'revision' | 'position' | 'time' | 'eventId' | 'actor' | 'correlationId' | 'origin';
type OptionalFact = Exclude<keyof ChangeFacts, RequiredFact | 'originalTime' | 'restoredRevision'>;

/** The current or a past content of one key; whose it is, the answer around it says. @category codecs */
export const EntryJson: RecordCodec<Omit<AccountDataEntry, 'userId'>> = answerRecord(
  'Entry',
  {
    roomId: orNull(RoomIdText),
    type: TypeText,
    content: ContentObject,
    revision: RevisionText,
    position: PositionText,
    time: TimeText,
    eventId: UuidText,
    deleted: t.boolean,
  },
  {},
);

/** One change as the log tells it. @category codecs */
export const HistoryEntryJson: RecordCodec<HistoryEntry> = answerRecord(
  'HistoryItem',
  {
    roomId: orNull(RoomIdText),
    type: TypeText,
    content: ContentObject,
    previousContent: orNull(ContentObject),
    previousRevision: orNull(RevisionText),
    ...changeFacts.required,
  },
  { ...changeFacts.optional, originalTime: TimeText, restoredRevision: RevisionText },
);

/** One change of a room tag. Its revision is one of the user's tag stream. @category codecs */
export const TagHistoryEntryJson: RecordCodec<TagHistoryEntry> = answerRecord(
  'TagHistoryItem',
  {
    roomId: RoomIdText,
    tag: TagText,
    /** Null: the tag was removed. */
    content: orNull(ContentObject),
    previousContent: orNull(ContentObject),
    previousRevision: orNull(RevisionText),
    ...changeFacts.required,
  },
  { ...changeFacts.optional, originalTime: TimeText },
);

/** What a command did. @category codecs */
export const ChangeJson: RecordCodec<ChangeResult> = answerRecord(
  'ChangeDone',
  {
    userId: UserIdText,
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
  requestKey: RequestKeyText,
  await: wordOf('appended', 'projected', 'modules'),
  /** Milliseconds. */
  timeout: integerOf(0, 60_000),
};

/** What is there where a condition failed. @category codecs */
export const CurrentJson: RecordCodec<{ readonly revision: Revision; readonly content: JsonObject }> = answerRecord(
  'Current',
  { revision: RevisionText, content: ContentObject },
  {},
);

const TagsJson: t.Type<RoomTags['tags'], JsonObject, unknown> = ContentObject as t.Type<RoomTags['tags'], JsonObject, unknown>;

/** All tags of a user in a room; whose they are, the answer around them says. @category codecs */
export const RoomTagsJson: RecordCodec<Omit<RoomTags, 'userId'>> = answerRecord(
  'RoomTags',
  { roomId: RoomIdText, tags: TagsJson, revision: RevisionText, position: PositionText },
  {},
);

/** The user in a path. @category codecs */
export const UserPath = pathRecord('UserPath', { userId: GivenUserId }, {});

/** No query: any parameter is refused. @category codecs */
export const NoQuery = record('NoQuery', {}, {});

/** No parameters in the path. @category codecs */
export const NoPath = record('NoPath', {}, {});
