import type { Endpoint } from '../Endpoint.js';
import { accessLogEndpoint } from './accessLog.js';
import { activityEndpoint } from './activity.js';
import { auditEndpoints } from './audit.js';
import { commandsEndpoint } from './commands.js';
import { feedEndpoint } from './feed.js';
import { followEndpoints } from './follow.js';
import { historyEndpoints } from './history.js';
import { keyEndpoints } from './keys.js';
import { moduleEndpoints } from './modules.js';
import { projectionEndpoints } from './projection.js';
import { roomEndpoints } from './rooms.js';
import { scanEndpoint } from './scan.js';
import { sessionEndpoint } from './session.js';
import { stateEndpoints } from './state.js';
import { transferEndpoints } from './transfer.js';
import { usersEndpoint } from './users.js';

/** Every endpoint of the service API: the router, the OpenAPI document and the tests are made from this list. */
export const endpoints: ReadonlyArray<Endpoint> = [
  sessionEndpoint,
  commandsEndpoint,
  usersEndpoint,
  ...keyEndpoints,
  ...stateEndpoints,
  ...auditEndpoints,
  ...historyEndpoints,
  scanEndpoint,
  activityEndpoint,
  accessLogEndpoint,
  feedEndpoint,
  ...roomEndpoints,
  ...moduleEndpoints,
  ...projectionEndpoints,
  ...followEndpoints,
  ...transferEndpoints,
];
