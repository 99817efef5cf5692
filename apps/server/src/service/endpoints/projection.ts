import { getProjection, rebuildProjection, verifyProjection } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { withBoundHeap } from '../../boundHeap.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { projectionStatus } from '../operationsStatus.js';
import { problemOf } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** The projection: its state, rebuilding it, and proving that it is right. */

/** The projection: status, rebuild and verification. @category endpoints */
export const projectionEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getProjection,
    summary: 'How far the projection is, what failed, and how a rebuild or a comparison goes',
    need: 'inspect',
    answers: [{ status: 200, description: 'Its state' }],
    handle: ({ context: { engine } }) =>
      E.right({ status: 200, body: projectionStatus(engine.logId, engine.projection.health(), engine.projection.quarantined()) }),
  }),
  endpoint({
    ...rebuildProjection,
    summary: 'Builds the projection anew beside the live one, and swaps them when it has caught up',
    description: 'Answers when it is done; GET /v1/projection shows the progress. It goes on from where an earlier one stopped.',
    need: 'operate',
    answers: [{ status: 200, description: 'Done' }],
    problems: engineProblems.rebuild,
    handle: async ({ context }) => {
      const rebuilt = await withBoundHeap(context.engine.projection.rebuild({ signal: context.stopping }));
      return E.isLeft(rebuilt) ? E.left(problemOf(rebuilt.left)) : E.right({ status: 200, body: rebuilt.right });
    },
  }),
  endpoint({
    ...verifyProjection,
    summary: 'Compares the projection with a fresh replay of the log',
    description: 'Answers when it is done; GET /v1/projection shows the progress.',
    need: 'operate',
    answers: [{ status: 200, description: 'Whether they are equal, and the first differences' }],
    problems: engineProblems.rebuild,
    handle: async ({ query, context }) => {
      const verify = context.engine.projection.verify({
        signal: context.stopping,
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      });
      const verified = await withBoundHeap(verify);
      return E.isLeft(verified) ? E.left(problemOf(verified.left)) : E.right({ status: 200, body: verified.right });
    },
  }),
];
