import type { FastifyInstance } from 'fastify';
import type { Admission, Handle } from '../http/Admission.js';
import type { PathRoutes, RouteHandler } from '../http/Routes.js';
import { registerPath } from '../http/Routes.js';
import type { HttpMetrics, RouteMeter } from '../observability/httpMetrics.js';
import { accountDataHandlers } from './accountData.js';
import { notedRead, ofActing, ofPath } from './notedRead.js';
import { capabilitiesBody, joinedRooms, pushRulesBody, versionsBody, whoami } from './client.js';
import type { MatrixContext } from './MatrixContext.js';
import { matrixRefuse, methodNotAllowed } from './refusals.js';
import { roomTagHandlers } from './roomTags.js';
import { filterHandlers } from './sync/filters.js';
import { syncHandler } from './sync/sync.js';
import type { SyncOptions } from './sync/sync.js';

/** The prefixes under which every endpoint stands. Source: the Matrix client-server API; r0 is its older name. */
const prefixes: ReadonlyArray<string> = ['/_matrix/client/v3', '/_matrix/client/r0'];

/** Source: MSC3391, "Unstable prefix". */
const deletionPrefix = '/_matrix/client/unstable/org.matrix.msc3391';

/** Registers the Matrix client-server API, as far as this server speaks it. */
export const registerMatrix = (
  app: FastifyInstance,
  admission: Admission,
  metrics: HttpMetrics,
  context: MatrixContext,
  syncOptions: SyncOptions,
): void => {
  const refuse = matrixRefuse(context.fail);
  const guarded =
    (handle: Handle) =>
    (meter: RouteMeter): RouteHandler =>
      admission.guard(meter, refuse, handle);
  const fixed =
    (body: string) =>
    (meter: RouteMeter): RouteHandler =>
      admission.open(meter, refuse, (exchange) => {
        context.responder.json(exchange, 200, body);
      });
  const fixedForUsers = (body: string): ((meter: RouteMeter) => RouteHandler) =>
    guarded((exchange) => {
      context.responder.json(exchange, 200, body);
    });
  const accountData = accountDataHandlers(context);
  const tags = roomTagHandlers(context);
  const filters = filterHandlers(context);
  const sync = syncHandler(context, syncOptions);

  const paths: ReadonlyArray<PathRoutes> = [
    { path: '/_matrix/client/versions', methods: { GET: fixed(versionsBody) } },
    ...prefixes.flatMap((prefix): ReadonlyArray<PathRoutes> => {
      const user = `${prefix}/user/:userId`;
      const data = { GET: guarded(notedRead(context, ofPath, accountData.get)), PUT: guarded(accountData.put) };
      return [
        { path: `${user}/account_data/:type`, methods: data },
        { path: `${user}/rooms/:roomId/account_data/:type`, methods: data },
        { path: `${user}/rooms/:roomId/tags`, methods: { GET: guarded(notedRead(context, ofPath, tags.list)) } },
        { path: `${user}/rooms/:roomId/tags/:tag`, methods: { PUT: guarded(tags.put), DELETE: guarded(tags.remove) } },
        { path: `${user}/filter`, methods: { POST: guarded(filters.create) } },
        { path: `${user}/filter/:filterId`, methods: { GET: guarded(filters.get) } },
        { path: `${prefix}/sync`, methods: { GET: guarded(notedRead(context, ofActing, sync)) } },
        { path: `${prefix}/account/whoami`, methods: { GET: guarded(whoami(context)) } },
        { path: `${prefix}/joined_rooms`, methods: { GET: guarded(notedRead(context, ofActing, joinedRooms(context))) } },
        { path: `${prefix}/capabilities`, methods: { GET: fixedForUsers(capabilitiesBody) } },
        { path: `${prefix}/pushrules/`, methods: { GET: fixedForUsers(pushRulesBody) } },
      ];
    }),
    { path: `${deletionPrefix}/user/:userId/account_data/:type`, methods: { DELETE: guarded(accountData.remove) } },
    {
      path: `${deletionPrefix}/user/:userId/rooms/:roomId/account_data/:type`,
      methods: { DELETE: guarded(accountData.remove) },
    },
  ];
  const wrongMethod = methodNotAllowed(admission, context.responder);
  for (const path of paths) registerPath(app, metrics, path, wrongMethod);
};
