import { accessPlaceText, parseAccessPlace } from '@account-data/engine';
import { getAccessLog } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { makeCursor, notACursor, readCursor } from '../cursor.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { problemOf } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

const list = 'access log';

/** Who looked at whose data, when and why. @category endpoints */
export const accessLogEndpoint: Endpoint = endpoint({
  ...getAccessLog,
  summary: 'Who looked at whose data, when and why',
  description:
    'Reads of the data of others by auditors and admins, and exports, the newest first. What one of them reads of one user within ten minutes is one ' +
    'entry. A look at this log is noted, too. A page looks at so many entries only: with a filter it may have few, or none, and a `next`.',
  need: 'log',
  looksAt: 'access_log',
  userOf: ({ query }) => query.userId,
  answers: [{ status: 200, description: 'A page of entries' }],
  problems: engineProblems.store,
  handle: async ({ query: { userId, actor, kind, limit = 100, cursor }, context: { engine } }) => {
    const place = cursor === undefined ? E.right(undefined) : await readCursor(engine, list, cursor);
    if (E.isLeft(place)) return place;
    const after = place.right === undefined ? undefined : parseAccessPlace(place.right);
    if (place.right !== undefined && after === undefined) return E.left(notACursor);
    const page = await engine.accessLog.page({
      limit,
      ...(userId === undefined ? {} : { userId }),
      ...(actor === undefined ? {} : { actor }),
      ...(kind === undefined ? {} : { kind }),
      ...(after === undefined ? {} : { after }),
    })();
    if (E.isLeft(page)) return E.left(problemOf(page.left));
    const { entries, next } = page.right;
    return E.right({ status: 200, body: { entries, ...(next === undefined ? {} : { next: makeCursor(engine, list, accessPlaceText(next)) }) } });
  },
});
