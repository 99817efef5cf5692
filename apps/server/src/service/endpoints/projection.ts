import type { ReadFrom } from '@account-data/event-store';
import { getProjection, rebuildProjection, verifyProjection } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { withBoundHeap } from '../../boundHeap.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { projectionJson } from '../json/operationsJson.js';
import { problemOf } from '../Problem.js';

/** The projection: its state, rebuilding it, and proving that it is right. */

const place = (position: ReadFrom): string | null => (position === 'start' ? null : position);

/** @category endpoints */
export const projectionEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getProjection,
    summary: 'How far the projection is, what failed, and how a rebuild goes',
    need: 'inspect',
    answers: [{ status: 200, description: 'Its state', codec: getProjection.answer }],
    handle: ({ context: { engine } }) =>
      E.right({ status: 200, body: projectionJson(engine.logId, engine.projection.health(), engine.projection.quarantined()) }),
  }),
  endpoint({
    ...rebuildProjection,
    summary: 'Builds the projection anew beside the live one, and swaps them when it has caught up',
    description: 'Answers when it is done; GET /v1/projection shows the progress. It goes on from where an earlier one stopped.',
    need: 'operate',
    answers: [{ status: 200, description: 'Done', codec: rebuildProjection.answer }],
    handle: async ({ context }) => {
      const rebuilt = await withBoundHeap(context.engine.projection.rebuild({ signal: context.stopping }));
      if (E.isLeft(rebuilt)) return E.left(problemOf(rebuilt.left));
      const { events, position, duration, resumed } = rebuilt.right;
      return E.right({ status: 200, body: { events, position: place(position), duration_ms: duration, resumed } });
    },
  }),
  endpoint({
    ...verifyProjection,
    summary: 'Compares the projection with a fresh replay of the log',
    need: 'operate',
    answers: [{ status: 200, description: 'Whether they are equal, and the first differences', codec: verifyProjection.answer }],
    handle: async ({ query, context }) => {
      const verify = context.engine.projection.verify({
        signal: context.stopping,
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      });
      const verified = await withBoundHeap(verify);
      if (E.isLeft(verified)) return E.left(problemOf(verified.left));
      const { equal, position, events, records, differenceCount, differences } = verified.right;
      return E.right({
        status: 200,
        body: { equal, position: place(position), events, records, difference_count: differenceCount, differences },
      });
    },
  }),
];
