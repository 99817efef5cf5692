import { Position } from '@account-data/event-store';
import { PositionText, maxScanBudget, scanLog } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { makeCursor, notACursor, readCursor } from '../cursor.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { type Problem, problemOf } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

const list = 'scan';

const nothingSought: Problem = {
  code: 'invalid_request',
  errors: [{ path: '/query', message: 'expected something to look for: `actor`, `request_key`, `correlation_id` or `room_id`' }],
};

/** Changes of the log by who made them, by request key, by correlation or by room. @category endpoints */
export const scanEndpoint: Endpoint = endpoint({
  ...scanLog,
  summary: 'Changes of account data and of room tags by who made them, by request key, by correlation or by room',
  description:
    'Nothing indexes these: the log is read from its beginning, or from `since`, a part for each answer. Ask again with `next` as `cursor` until it is absent; an ' +
    'answer may have found nothing, and a `next`. `position` of `end` tells how far that is. What is given must all match, exactly. Without `actor`, ' +
    '`request_key`, `correlation_id` or `room_id` it is refused.',
  need: 'log',
  answers: [{ status: 200, description: 'What was found in a part of the log, the oldest first' }],
  problems: engineProblems.query,
  readsPages: true,
  handle: async ({ query, context: { engine } }) => {
    const { cursor, limit = 100, budget = maxScanBudget, ...sought } = query;
    if ([sought.actor, sought.requestKey, sought.correlationId, sought.roomId].every((given) => given === undefined)) return E.left(nothingSought);
    const place = cursor === undefined ? E.right(undefined) : await readCursor(engine, list, cursor);
    if (E.isLeft(place)) return place;
    const after = place.right === undefined ? undefined : PositionText.decode(place.right);
    if (after !== undefined && E.isLeft(after)) return E.left(notACursor);
    const page = await engine.scan({ ...sought, limit, budget, ...(after === undefined ? {} : { after: Position(after.right) }) })();
    if (E.isLeft(page)) return E.left(problemOf(page.left));
    const { next, ...found } = page.right;
    return E.right({
      status: 200,
      about: new Set([...found.entries, ...found.tagEntries].map(({ userId }) => userId)),
      body: { ...found, ...(next === undefined ? {} : { next: makeCursor(engine, list, next) }) },
    });
  },
});
