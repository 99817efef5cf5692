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
  maxPageEntries,
  origins,
} from '@account-data/domain';
import * as t from 'io-ts';
import { described } from './jsonSchema.js';
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
  TagContents,
  TagText,
  TimeText,
  TypeText,
  UserIdText,
  UuidText,
  integerOf,
  integerText,
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

/** How long the answer to a change may wait for what `await` says, in milliseconds. @category constants */
export const maxAwait = 60_000;

/** What the option `timeout` of a change means. @category constants */
export const awaitMeaning = 'How long to wait for that, in milliseconds; the change stands however it ends';

/** Why a change was made. @category codecs */
export const reasonText = described(ShortText, 'Why the change was made, for its history');

/** What the answer to a change waits for. @category codecs */
export const awaitWord = described(
  wordOf('appended', 'projected', 'modules'),
  'When to answer: once the change is durable (`appended`), once reads show it (`projected`, the default), or once every module has handled it (`modules`)',
);

/** Options that every command takes. @category constants */
export const commandOptions = {
  reason: reasonText,
  requestKey: RequestKeyText,
  await: awaitWord,
  timeout: described(integerOf(0, maxAwait), awaitMeaning),
};

/** What is there where a condition failed. @category codecs */
export const CurrentJson: RecordCodec<{ readonly revision: Revision; readonly content: JsonObject }> = answerRecord(
  'Current',
  { revision: RevisionText, content: ContentObject },
  {},
);

/** All tags of a user in a room; whose they are, the answer around them says. @category codecs */
export const RoomTagsJson: RecordCodec<Omit<RoomTags, 'userId'>> = answerRecord(
  'RoomTags',
  { roomId: RoomIdText, tags: TagContents, revision: RevisionText, position: PositionText },
  {},
);

/** How many entries a page may have. @category codecs */
export const pageLimit = described(integerText(1, maxPageEntries), 'How many entries to answer at most; a page may have fewer');

/** Where a page goes on. @category codecs */
export const pageCursor = described(t.string, 'Where to go on: the `next` of the page before');

/** Which of the times of an event counts. @category codecs */
export const byWhichTime = described(
  wordOf('original', 'recorded'),
  'Which time counts for changes that were imported: when they were made (`original`, the default) or when this log took them (`recorded`)',
);

/** The user in a path. @category codecs */
export const UserPath = pathRecord('UserPath', { userId: GivenUserId }, {});

/** No query: any parameter is refused. @category codecs */
export const NoQuery = record('NoQuery', {}, {});

/** No parameters in the path. @category codecs */
export const NoPath = record('NoPath', {}, {});
