import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { listOf } from '../json/list.js';
import { NoPath, NoQuery } from '../json/models.js';
import { ProjectionJson, projectionJson } from '../json/operationsModels.js';
import { record } from '../json/record.js';
import { PositionText, integerText, orNull, wordOf } from '../json/scalars.js';
import { problemOf } from '../Problem.js';

/** The projection: its state, rebuilding it, and proving that it is right. */

const Rebuilt = record(
  'Rebuilt',
  { events: t.number, position: orNull(PositionText), duration_ms: t.number, resumed: t.boolean },
  {},
);

const Difference = record('Difference', { table: t.string, key: t.string, kind: wordOf('missing', 'unexpected', 'different') }, {});

const Verified = record(
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

const place = (position: bigint | 'start'): string | null => (position === 'start' ? null : String(position));

/** @category endpoints */
export const projectionEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    method: 'GET',
    path: '/v1/projection',
    operationId: 'getProjection',
    summary: 'How far the projection is, what failed, and how a rebuild goes',
    need: 'inspect',
    params: NoPath,
    query: NoQuery,
    answers: [{ status: 200, description: 'Its state', codec: ProjectionJson }],
    handle: ({ context: { engine } }) =>
      E.right({ status: 200, body: projectionJson(engine.logId, engine.projection.health(), engine.projection.quarantined()) }),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/projection/rebuild',
    operationId: 'rebuildProjection',
    summary: 'Builds the projection anew beside the live one, and swaps them when it has caught up',
    description: 'Answers when it is done; GET /v1/projection shows the progress. It goes on from where an earlier one stopped.',
    need: 'operate',
    params: NoPath,
    query: NoQuery,
    answers: [{ status: 200, description: 'Done', codec: Rebuilt }],
    handle: async ({ context }) => {
      const rebuilt = await context.engine.projection.rebuild({ signal: context.stopping })();
      if (E.isLeft(rebuilt)) return E.left(problemOf(rebuilt.left));
      const { events, position, duration, resumed } = rebuilt.right;
      return E.right({ status: 200, body: { events, position: place(position), duration_ms: duration, resumed } });
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/projection/verify',
    operationId: 'verifyProjection',
    summary: 'Compares the projection with a fresh replay of the log',
    need: 'operate',
    params: NoPath,
    query: record('VerifyQuery', {}, { limit: integerText(0, 10_000) }),
    answers: [{ status: 200, description: 'Whether they are equal, and the first differences', codec: Verified }],
    handle: async ({ query, context }) => {
      const verified = await context.engine.projection.verify({
        signal: context.stopping,
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      })();
      if (E.isLeft(verified)) return E.left(problemOf(verified.left));
      const { equal, position, events, records, differenceCount, differences } = verified.right;
      return E.right({
        status: 200,
        body: { equal, position: place(position), events, records, difference_count: differenceCount, differences },
      });
    },
  }),
];
