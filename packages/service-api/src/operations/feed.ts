import { NoPath } from '../json/models.js';
import { record } from '../json/record.js';
import * as t from 'io-ts';
import { BooleanText, GivenType, GivenUserId, RoomFilterText, integerText } from '../json/scalars.js';
import { streamOperation } from '../Operation.js';

/** GET /v1/feed: the changes of the log as server-sent events. */

/** The changes of the log as server-sent events. @category operations */
export const getFeed = streamOperation({
  operationId: 'getFeed',
  method: 'GET',
  path: '/v1/feed',
  params: NoPath,
  query: record(
    'FeedQuery',
    {},
    {
      after: t.string,
      userId: GivenUserId,
      roomId: RoomFilterText,
      type: GivenType,
      tags: BooleanText,
      heartbeat: integerText(100, 600_000),
    },
  ),
});
