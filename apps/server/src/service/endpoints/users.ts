import { getUsers } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';

/** Which users there are. @category endpoints */
export const usersEndpoint: Endpoint = endpoint({
  ...getUsers,
  summary: 'The users that the log has account data or tags of, by what their IDs begin with',
  description: '`prefix` is compared exactly, the `@` included. Also users whose data was deleted, never those who were erased. Go on `after` what `next` says.',
  need: 'log',
  looksAt: 'nothing',
  answers: [{ status: 200, description: 'A page of users, in the order of their IDs\' bytes' }],
  handle: ({ query: { prefix, after, limit }, context: { engine } }) => {
    const page = engine.projection.users({
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
      ...(limit === undefined ? {} : { limit }),
    });
    return E.right({ status: 200, about: new Set(page.users), body: page });
  },
});
