import { getSession } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { grants } from '../Access.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';

/** Whom the token of a request stands for. @category endpoints */
export const sessionEndpoint: Endpoint = endpoint({
  ...getSession,
  summary: 'Whom the token stands for, and what its role may',
  description: '`grants` tells how far: `none`, `own` (only for the token\'s own user) or `all`.',
  need: 'identify',
  answers: [{ status: 200, description: 'Role, user and grants' }],
  handle: ({ principal: { role, userId, actor } }) => {
    const { read, write, feed, log, inspect, export: exporting, operate, erase } = grants;
    return E.right({
      status: 200,
      body: {
        role,
        userId,
        actor,
        grants: {
          read: read[role],
          write: write[role],
          feed: feed[role],
          log: log[role],
          inspect: inspect[role],
          export: exporting[role],
          operate: operate[role],
          erase: erase[role],
        },
      },
    });
  },
});
