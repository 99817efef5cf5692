import type { AccountDataEngine, ChangeOptions } from '@account-data/engine';
import type { Accesses } from '../access/Accesses.js';
import type { JsonBodyFault } from '../http/jsonBody.js';
import type { Exchange } from '../http/Exchange.js';
import type { PartsContext } from '../http/answerInParts.js';
import type { Session } from '../auth/Session.js';
import type { MatrixFail } from './refusals.js';
import type { MatrixError } from './MatrixError.js';
import { matrixError } from './MatrixError.js';

/** What the Matrix endpoints work with. @category model */
export interface MatrixContext extends PartsContext {
  readonly engine: AccountDataEngine;
  readonly fail: MatrixFail;
  /** Notes who looks at the data of others. */
  readonly accesses: Accesses;
  /** Then only its users are local. */
  readonly serverName: string | undefined;
  /** The trace context that a change is recorded with. */
  readonly traceOf: (exchange: Exchange) => { readonly traceparent?: string; readonly tracestate?: string } | undefined;
}

const notJson: Readonly<Record<JsonBodyFault, MatrixError>> = {
  empty: matrixError(400, 'M_NOT_JSON', 'The request has no body. Send a JSON object.'),
  not_utf8: matrixError(400, 'M_NOT_JSON', 'The body is not UTF-8.'),
  not_json: matrixError(400, 'M_NOT_JSON', 'The body is not JSON.'),
};

/** The answer to a body that is no JSON. @category destructors */
export const matrixErrorOfBody = (fault: JsonBodyFault): MatrixError => notJson[fault];

/** How a request's change is recorded: who asks, and the request's id as the correlation id. Its content is the body's own. */
export const changeOptionsOf = (context: MatrixContext, exchange: Exchange, session: Session): ChangeOptions => {
  const trace = context.traceOf(exchange);
  const options = { actor: session.principal.actor, correlationId: exchange.request.id, contentIsParsedJson: true };
  return trace === undefined ? options : { ...options, ...trace };
};

/**
 * The one value of a query parameter; undefined where it is absent. Repeated parameters come as a list. Fastify's query
 * has no prototype, so that nothing is found but what was sent.
 */
export const queryOf = (exchange: Exchange, name: string): unknown =>
  (exchange.request.query as Readonly<Record<string, unknown>>)[name];
