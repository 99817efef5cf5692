import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { NoPath } from '../json/models.js';
import { RefusedRecord } from '../json/problem.js';
import { answerRecord, record } from '../json/record.js';
import { BooleanText, PositionText, GivenUserId, orNull } from '../json/scalars.js';
import { operation, streamOperation } from '../Operation.js';

/** Exports and imports as lines of JSON (NDJSON). */

/** The media type of both. @category constants */
export const transferContentType = 'application/x-ndjson';

/** Answers a stream of lines. @category operations */
export const exportLog = streamOperation({
  operationId: 'exportLog',
  method: 'GET',
  path: '/v1/export',
  params: NoPath,
  query: record('ExportQuery', {}, {
    userId: described(GivenUserId, 'Only this user'),
    history: described(BooleanText, 'Whether changes that are not current come, too; default true'),
  }),
});

/** Its body is a stream of lines. @category operations */
export const importLog = operation({
  operationId: 'importLog',
  method: 'POST',
  path: '/v1/import',
  params: NoPath,
  query: record('ImportQuery', {}, {
    callbacks: described(BooleanText, 'Whether modules hear of what is imported; default false'),
    dryRun: described(BooleanText, 'Check and count, and append nothing; default false'),
    passOver: described(BooleanText, 'Pass over records that can\'t be imported, instead of ending at the first; default false'),
  }),
  answer: answerRecord(
    'Imported',
    {
      lines: t.number,
      imported: t.number,
      known: t.number,
      erased: t.number,
      refused: t.number,
      position: orNull(PositionText),
      /** Of what was refused the first ones, with `pass_over=true`. */
      refusals: listOf(RefusedRecord),
    },
    {},
  ),
});
