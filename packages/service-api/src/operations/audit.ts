import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { ChangeDone, NoQuery, UserPath, commandOptions } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import {
  ContentObject,
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
  wordOf,
} from '../json/scalars.js';
import { operation } from '../Operation.js';

/** What changed between two moments, bringing back what was, and erasing a user. */

const DiffQuery = record(
  'DiffQuery',
  {},
  {
    room_id: RoomFilterText,
    type: TypeText,
    from_revision: RevisionText,
    from_position: PositionText,
    from_time: TimeText,
    to_revision: RevisionText,
    to_position: PositionText,
    to_time: TimeText,
  },
);

/** One operation of a JSON Patch (RFC 6902). @category codecs */
export const PatchOperation = answerRecord(
  'PatchOperation',
  { op: wordOf('add', 'remove', 'replace', 'move', 'copy', 'test'), path: t.string },
  { from: t.string, value: t.unknown },
);

/** What became of one key. @category codecs */
export const KeyDiff = answerRecord(
  'KeyDiff',
  {
    room_id: orNull(RoomIdText),
    type: TypeText,
    change: wordOf('added', 'removed', 'changed'),
    before: orNull(ContentObject),
    after: orNull(ContentObject),
    /** Makes `after` of `before`, where null stands for `{}`. */
    patch: listOf(PatchOperation),
    /** The same for people, a line for each operation. */
    readable: listOf(t.string),
  },
  {},
);

/** @category operations */
export const getDiff = operation({
  operationId: 'getDiff',
  method: 'GET',
  path: '/v1/users/{userId}/diff',
  params: UserPath,
  query: DiffQuery,
  answer: answerRecord(
    'Diff',
    { user_id: UserIdText, from_revision: orNull(RevisionText), to_revision: orNull(RevisionText), changes: listOf(KeyDiff) },
    {},
  ),
});

/** @category operations */
export const restore = operation({
  operationId: 'restore',
  method: 'POST',
  path: '/v1/users/{userId}/restore',
  params: UserPath,
  query: NoQuery,
  body: record('Restore', { revision: RevisionText }, { if_revision: IfRevision, ...commandOptions }),
  answer: ChangeDone,
});

/** @category operations */
export const eraseUser = operation({
  operationId: 'eraseUser',
  method: 'POST',
  path: '/v1/users/{userId}/erase',
  params: UserPath,
  query: NoQuery,
  body: record('Erase', {}, { reason: ShortText }),
  answer: answerRecord(
    'ErasureReceipt',
    {
      user_id: UserIdText,
      log_id: t.string,
      erased_at: TimeText,
      position: orNull(PositionText),
      steps: listOf(answerRecord('ErasureStep', { step: t.string, removed: listOf(t.string), remains: listOf(t.string) }, {})),
      final: t.literal(true),
    },
    {},
  ),
});
