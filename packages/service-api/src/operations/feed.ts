import { described } from '../json/jsonSchema.js';
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
      after: described(t.string, 'Where to begin: after the event with this id of the feed, at the `start` of the log, or `now` (the default)'),
      userId: described(GivenUserId, 'Only changes of this user'),
      roomId: described(RoomFilterText, 'Only changes in this room; `global`: only those without a room'),
      type: described(GivenType, 'Only changes of this type'),
      tags: described(BooleanText, 'Whether changes of room tags come, too; default false'),
      heartbeat: described(integerText(100, 600_000), 'After how many milliseconds without an event to say how far the feed is; default 15,000'),
    },
  ),
});
