import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { NoPath, NoQuery } from '../json/models.js';
import { ProjectionJson } from '../json/operationsModels.js';
import { answerRecord, record } from '../json/record.js';
import { PositionText, integerText, orNull, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** The projection: its state, rebuilding it, and proving that it is right. */

/** @category codecs */
export const Rebuilt = answerRecord(
  'Rebuilt',
  { events: t.number, position: orNull(PositionText), duration_ms: t.number, resumed: t.boolean },
  {},
);

const Difference = answerRecord('Difference', { table: t.string, key: t.string, kind: wordOf('missing', 'unexpected', 'different') }, {});

/** @category codecs */
export const Verified = answerRecord(
  'Verified',
  {
    equal: t.boolean,
    position: orNull(PositionText),
    events: t.number,
    records: t.number,
    difference_count: t.number,
    differences: listOf(Difference),
  },
  {},
);

/** @category operations */
export const getProjection = operation({
  operationId: 'getProjection',
  method: 'GET',
  path: '/v1/projection',
  params: NoPath,
  query: NoQuery,
  answer: ProjectionJson,
});

/** @category operations */
export const rebuildProjection = operation({
  operationId: 'rebuildProjection',
  method: 'POST',
  path: '/v1/projection/rebuild',
  params: NoPath,
  query: NoQuery,
  answer: Rebuilt,
});

/** @category operations */
export const verifyProjection = operation({
  operationId: 'verifyProjection',
  method: 'POST',
  path: '/v1/projection/verify',
  params: NoPath,
  query: record('VerifyQuery', {}, { limit: integerText(0, 10_000) }),
  answer: Verified,
});
