import { getActivity } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { problem } from '../Problem.js';

/** When a user's data changed, and how often. @category endpoints */
export const activityEndpoint: Endpoint = endpoint({
  ...getActivity,
  summary: 'How many changes of a user were recorded in each of parts of equal length',
  description: 'Of account data, or with `of=tags` of room tags, by the time of recording; from the first change to the last unless `since` (inclusive) and `until` (exclusive) say otherwise. Null where nothing was changed.',
  need: 'read',
  answers: [{ status: 200, description: 'The counts, in their order' }],
  userOf: ({ params }) => params.userId,
  handle: ({ params, query: { of, since, until, parts }, context: { engine } }) => {
    if (since !== undefined && until !== undefined && until <= since) return E.left(problem('invalid_request', 'until must be later than since.'));
    const activity = engine.projection.activity(params.userId, {
      stream: of === 'tags' ? 'tags' : 'data',
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(parts === undefined ? {} : { parts }),
    });
    return E.right({ status: 200, body: { activity: activity ?? null } });
  },
});
