import type { FollowHealth } from '@account-data/synapse-follow';
import { compareFollow, type FollowJson, getFollow, releaseFollowed } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { problem } from '../Problem.js';

/** The homeserver that is followed. */

const statusOf = ({ refusedErased, ...health }: FollowHealth): t.TypeOf<typeof FollowJson> => ({
  ...health,
  refusedUsers: [...refusedErased].map(([userId, changes]) => ({ userId, changes })),
});

const nobody = problem('not_followed', 'No homeserver is followed into this log by this server: follow.synapse is not configured, or it has not begun yet.');

/** How a homeserver is followed, what of it is not in the log, and what an operator does about it. @category endpoints */
export const followEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getFollow,
    summary: 'How the homeserver is followed, which of its rows are parked, and who is refused',
    need: 'inspect',
    answers: [{ status: 200, description: 'Its state, without contents' }],
    problems: ['not_followed'],
    handle: ({ context }) => {
      const follow = context.follow();
      return follow === undefined ? E.left(nobody) : E.right({ status: 200, body: statusOf(follow.health()) });
    },
  }),
  endpoint({
    ...compareFollow,
    summary: 'Compares all rows of the homeserver with the log; parked rows are tried again',
    description: 'Answers at once; GET /v1/follow shows the phase `comparing`, and then in `resynchronised` how much differed.',
    need: 'operate',
    answers: [{ status: 200, description: 'It begins' }],
    problems: ['not_followed'],
    handle: ({ context }) => {
      const follow = context.follow();
      if (follow === undefined) return E.left(nobody);
      follow.compare();
      return E.right({ status: 200, body: {} });
    },
  }),
  endpoint({
    ...releaseFollowed,
    summary: 'Takes a user off the lists of parked rows and of refused users',
    description: 'For what an operator has dealt with. What is in the log stays as it is: a row that differs is parked again by the next comparison, and erasing is final.',
    need: 'operate',
    answers: [{ status: 200, description: 'How many rows, and how many changes that were left out, were on the lists' }],
    bodyExample: { user_id: '@alice:example.org' },
    problems: ['not_followed'],
    handle: async ({ body, context }) => {
      const follow = context.follow();
      return follow === undefined ? E.left(nobody) : E.right({ status: 200, body: await follow.release(body.userId) });
    },
  }),
];
