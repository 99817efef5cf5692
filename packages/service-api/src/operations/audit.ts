import { type ErasureProgress, type ErasureReceipt, type KeyDiff, maxPageEntries, type PatchOperation } from '@account-data/domain';
import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { ChangeJson, NoPath, NoQuery, UserPath, byWhichTime, commandOptions } from '../json/models.js';
import { type RecordCodec, answerRecord, record } from '../json/record.js';
import {
  ContentObject,
  GivenRoomId,
  GivenType,
  HeadText,
  IfRevision,
  PositionText,
  RevisionText,
  RoomFilterText,
  RoomIdText,
  ShortText,
  TimeText,
  TypeText,
  UserIdText,
  orNull,
  timeFor,
  wordOf,
} from '../json/scalars.js';
import { operation } from '../Operation.js';

/** What changed between two moments, bringing back what was, and erasing a user. */

const DiffQuery = record(
  'DiffQuery',
  {},
  {
    roomId: described(RoomFilterText, 'Only keys of this room; `global`: only those without a room'),
    type: described(GivenType, 'Only this type'),
    fromRevision: described(RevisionText, 'The earlier moment, by revision: right after that change'),
    fromPosition: described(PositionText, 'The earlier moment, by position in the log'),
    fromTime: timeFor('The earlier moment, by time'),
    toRevision: described(RevisionText, 'The later moment, by revision; now where none is given'),
    toPosition: described(PositionText, 'The later moment, by position in the log'),
    toTime: timeFor('The later moment, by time'),
  },
);

/** One operation of a JSON Patch (RFC 6902). @category codecs */
export const PatchOperationJson: RecordCodec<PatchOperation> = answerRecord(
  'PatchOperation',
  { op: wordOf('add', 'remove', 'replace', 'move', 'copy', 'test'), path: t.string },
  { from: t.string, value: t.unknown },
);

const keyDiff = {
  roomId: orNull(RoomIdText),
  type: TypeText,
  change: wordOf('added', 'removed', 'changed'),
  before: orNull(ContentObject),
  after: orNull(ContentObject),
  /** Makes `after` of `before`, where null stands for `{}`. */
  patch: listOf(PatchOperationJson),
  /** The same for people, a line for each operation. */
  readable: listOf(t.string),
};

/** What became of one key. @category codecs */
export const KeyDiffJson: RecordCodec<KeyDiff> = answerRecord('KeyDiff', keyDiff, {});

/** What a restore would make of one key that has changed since, and what it is at now. @category codecs */
export const KeyRestoreJson = answerRecord('KeyRestore', { ...keyDiff, ifRevision: IfRevision }, {});

/** What changed of a user's account data between two moments. @category operations */
export const getDiff = operation({
  operationId: 'getDiff',
  method: 'GET',
  path: '/v1/users/{userId}/diff',
  params: UserPath,
  query: DiffQuery,
  answer: answerRecord(
    'Diff',
    { userId: UserIdText, fromRevision: HeadText, toRevision: HeadText, changes: listOf(KeyDiffJson) },
    {},
  ),
});

/** Sets a key to what a past change made of it. @category operations */
export const restore = operation({
  operationId: 'restore',
  method: 'POST',
  path: '/v1/users/{userId}/restore',
  params: UserPath,
  query: NoQuery,
  body: record('Restore', { revision: described(RevisionText, 'The revision of the change whose outcome is brought back') }, { ifRevision: IfRevision, ...commandOptions }),
  answer: ChangeJson,
});

/** What bringing back the account data of a moment would change. @category operations */
export const previewRestore = operation({
  operationId: 'previewRestore',
  method: 'GET',
  path: '/v1/users/{userId}/restore-state',
  params: UserPath,
  query: record(
    'PreviewRestoreQuery',
    { time: timeFor('As of this time') },
    { by: byWhichTime, roomId: described(RoomFilterText, 'Only keys of this room; `global`: only those without a room'), type: described(GivenType, 'Only this type') },
  ),
  answer: answerRecord('RestorePreview', { userId: UserIdText, changes: listOf(KeyRestoreJson) }, {}),
});

/** A key that is to be brought back, and what it has to be at still. @category codecs */
export const RestoredKeyJson = record('RestoredKey', { type: GivenType, ifRevision: IfRevision }, { roomId: orNull(GivenRoomId) });

/** Sets keys of a user to what they were at a moment, all or none. Room tags stay as they are. @category operations */
export const restoreState = operation({
  operationId: 'restoreState',
  method: 'POST',
  path: '/v1/users/{userId}/restore-state',
  params: UserPath,
  query: NoQuery,
  body: record('RestoreState', { time: timeFor('As of this time'), keys: listOf(RestoredKeyJson, maxPageEntries) }, { by: byWhichTime, ...commandOptions }),
  answer: ChangeJson,
});

/** What an erasure removed, and what remains where. @category codecs */
export const ErasureReceiptJson: RecordCodec<ErasureReceipt> = answerRecord(
  'ErasureReceipt',
  {
    userId: UserIdText,
    logId: t.string,
    erasedAt: TimeText,
    position: orNull(PositionText),
    steps: listOf(answerRecord('ErasureStep', { step: t.string, removed: listOf(t.string), remains: listOf(t.string) }, {})),
    final: t.literal(true),
  },
  {},
);

/** Removes all account data and tags of a user, for good. @category operations */
export const eraseUser = operation({
  operationId: 'eraseUser',
  method: 'POST',
  path: '/v1/users/{userId}/erase',
  params: UserPath,
  query: NoQuery,
  body: record('Erase', {}, { reason: described(ShortText, 'Why, for the record of the erasure') }),
  answer: ErasureReceiptJson,
});

/** How far an erasure is. @category codecs */
export const ErasureProgressJson: RecordCodec<ErasureProgress> = answerRecord(
  'ErasureProgress',
  { userId: UserIdText, step: t.string, stepsDone: t.number, steps: t.number },
  { removed: t.number, toRemove: t.number },
);

/** The erasures that a server is carrying out. @category operations */
export const runningErasures = operation({
  operationId: 'runningErasures',
  method: 'GET',
  path: '/v1/erasures',
  params: NoPath,
  query: NoQuery,
  answer: answerRecord('Erasures', { running: listOf(ErasureProgressJson) }, {}),
});
