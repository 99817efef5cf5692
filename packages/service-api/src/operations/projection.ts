import type { ProjectionDifference, RebuildResult, VerifyResult } from '@account-data/domain';
import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { NoPath, NoQuery } from '../json/models.js';
import { ProjectionJson } from '../json/operationsModels.js';
import { type RecordCodec, answerRecord, record } from '../json/record.js';
import { PlaceText, integerText, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** The projection: its state, rebuilding it, and proving that it is right. */

/** What a rebuild came to. @category codecs */
export const RebuiltJson: RecordCodec<RebuildResult> = answerRecord(
  'Rebuilt',
  { events: t.number, position: PlaceText, duration: t.number, resumed: t.boolean },
  {},
  { duration: 'duration_ms' },
);

const DifferenceJson: RecordCodec<ProjectionDifference> = answerRecord('Difference', { table: t.string, key: t.string, kind: wordOf('missing', 'unexpected', 'different') }, {});

/** What a comparison with a fresh replay came to. @category codecs */
export const VerifiedJson: RecordCodec<VerifyResult> = answerRecord(
  'Verified',
  {
    equal: t.boolean,
    position: PlaceText,
    events: t.number,
    records: t.number,
    differenceCount: t.number,
    differences: listOf(DifferenceJson),
  },
  {},
);

/** How the projection does. @category operations */
export const getProjection = operation({
  operationId: 'getProjection',
  method: 'GET',
  path: '/v1/projection',
  params: NoPath,
  query: NoQuery,
  answer: ProjectionJson,
});

/** Builds the projection anew beside the live one. @category operations */
export const rebuildProjection = operation({
  operationId: 'rebuildProjection',
  method: 'POST',
  path: '/v1/projection/rebuild',
  params: NoPath,
  query: NoQuery,
  answer: RebuiltJson,
});

/** Compares the projection with a fresh replay of the log. @category operations */
export const verifyProjection = operation({
  operationId: 'verifyProjection',
  method: 'POST',
  path: '/v1/projection/verify',
  params: NoPath,
  query: record('VerifyQuery', {}, { limit: described(integerText(0, 10_000), 'How many differences to tell at most') }),
  answer: VerifiedJson,
});
