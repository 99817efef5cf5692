import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { HistoryEntryJson, NoPath, TagHistoryEntryJson, byWhichTime, pageLimit } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { GivenRoomId, GivenType, PlaceText, RequestKeyText, ShortText, integerText, timeFor } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Finding changes that no index finds, by reading the log a part at a time. */

/** The most changes that one answer reads. @category constants */
export const maxScanBudget = 10_000;

/**
 * What was found in a part of the log, the oldest first, and how far the scan is: all up to `position` was read, of a log that
 * ends at `end`. `read` counts the changes that this answer read.
 *
 * @category codecs
 */
export const Scan = answerRecord(
  'Scan',
  { entries: listOf(HistoryEntryJson), tagEntries: listOf(TagHistoryEntryJson), read: t.number, position: PlaceText, end: PlaceText },
  { next: t.string },
);

/** Changes found by who made them, by request key, by correlation or by room. @category operations */
export const scanLog = operation({
  operationId: 'scanLog',
  method: 'GET',
  path: '/v1/scan',
  params: NoPath,
  query: record('ScanQuery', {}, {
    actor: described(ShortText, 'Who changed something: the `id` of the actor, compared exactly'),
    requestKey: described(RequestKeyText, 'The request key that a change was asked for with'),
    correlationId: described(ShortText, 'What belongs to a request: a correlation ID, the ID of a change, or of what caused it'),
    roomId: described(GivenRoomId, 'What belongs to this room: account data, and tags'),
    type: described(GivenType, 'Only changes of account data of this type'),
    since: timeFor('Only changes from this time on; the scan begins there'),
    until: timeFor('Only changes before this time'),
    by: byWhichTime,
    limit: pageLimit,
    budget: described(integerText(1, maxScanBudget), `How many changes to read for this answer at most; default ${maxScanBudget.toLocaleString('en')}`),
    cursor: described(t.string, 'Where to go on: the `next` of the answer before'),
  }),
  answer: Scan,
});
