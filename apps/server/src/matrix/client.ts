import { requireLocalUser } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import { answerInParts } from '../http/answerInParts.js';
import type { Handle } from '../http/Admission.js';
import { StreamedList } from '@account-data/service-api';
import { jsonParts } from '../http/jsonParts.js';
import { actingUser, isMatrixError } from './access.js';
import type { MatrixContext } from './MatrixContext.js';
import { queryOf } from './MatrixContext.js';
import { matrixErrorOf } from './matrixErrorOf.js';
import { syncRooms } from './sync/syncParts.js';
import { everything } from './sync/SyncFilter.js';

/** The answer of `/_matrix/client/versions`. Source: the Matrix client-server API, "API Versions"; MSC3391. */
export const versionsBody: string = JSON.stringify({
  versions: ['r0.6.1', 'v1.1', 'v1.2', 'v1.3', 'v1.4', 'v1.5', 'v1.6', 'v1.7', 'v1.8', 'v1.9', 'v1.10', 'v1.11'],
  unstable_features: { 'org.matrix.msc3391': true },
});

/** The answer of `/capabilities`: nothing of an account can be changed through this server. */
export const capabilitiesBody: string = JSON.stringify({
  capabilities: {
    'm.change_password': { enabled: false },
    'm.set_displayname': { enabled: false },
    'm.set_avatar_url': { enabled: false },
    'm.3pid_changes': { enabled: false },
  },
});

/**
 * The answer of `/pushrules/`: no rules. Clients ask before they sync, and give up without an answer; the server keeps
 * no push rules and pushes nothing.
 */
export const pushRulesBody: string = JSON.stringify({
  global: { override: [], content: [], room: [], sender: [], underride: [] },
});

/**
 * GET /joined_rooms: the rooms that a sync tells as joined, which are those the user has account data or tags in. The
 * server knows nothing of membership. Source: the Matrix client-server API, "Listing joined rooms".
 *
 * @category constructors
 */
export const joinedRooms =
  (context: MatrixContext): Handle =>
  async (exchange, { principal }) => {
    const { engine, fail, turns } = context;
    const user = actingUser(principal, queryOf(exchange, 'user_id'));
    if (isMatrixError(user)) {
      fail(exchange, user);
      return;
    }
    const rooms = syncRooms({ projection: engine.projection, turns, userId: user, since: undefined, filter: everything });
    await answerInParts(exchange, context, { status: 200, parts: jsonParts({ joined_rooms: new StreamedList(rooms) }), about: new Set([user]) });
  };

/**
 * GET /account/whoami. Nobody acts as a user of another server. Source: the Matrix client-server API, "Current account
 * information".
 *
 * @category constructors
 */
export const whoami =
  ({ responder, fail, serverName }: MatrixContext): Handle =>
  (exchange, { principal }) => {
    const user = actingUser(principal, queryOf(exchange, 'user_id'));
    if (isMatrixError(user)) {
      fail(exchange, user);
      return;
    }
    const local = requireLocalUser(user, serverName);
    if (E.isLeft(local)) fail(exchange, matrixErrorOf(local.left));
    else responder.json(exchange, 200, JSON.stringify({ user_id: user, is_guest: false }));
  };
