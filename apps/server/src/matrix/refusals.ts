import type { FrameworkFault } from '../http/App.js';
import type { Exchange } from '../http/Exchange.js';
import type { Admission, Refuse } from '../http/Admission.js';
import type { Refusal } from '../http/Refusal.js';
import type { Responder } from '../http/Responder.js';
import type { RouteHandler } from '../http/Routes.js';
import type { RouteMeter } from '../observability/httpMetrics.js';
import type { MatrixError } from './MatrixError.js';
import {
  internalError,
  matrixError,
  matrixErrorBody,
  matrixErrorHeaders,
  missingToken,
  unknownTokenError,
} from './MatrixError.js';

/** A refusal of admission as Matrix words it. */
export const matrixErrorOfRefusal = (refusal: Refusal): MatrixError => {
  switch (refusal._tag) {
    case 'MissingToken':
      return missingToken;
    case 'UnknownToken':
      return unknownTokenError;
    case 'AuthUnavailable':
      return matrixError(503, 'M_UNKNOWN', 'The token can\'t be checked now. Try again.', 2_000);
    case 'RateLimited':
      return matrixError(429, 'M_LIMIT_EXCEEDED', 'Too many requests with this token.', refusal.retryAfter);
    case 'Overloaded':
      return matrixError(503, 'M_UNKNOWN', 'The server has too much to do. Try again.', refusal.retryAfter);
    case 'NotReady':
      return matrixError(503, 'M_UNKNOWN', 'The server is starting: it reads its log. Try again.', refusal.retryAfter);
    case 'WaitMalformed':
      return matrixError(400, 'M_INVALID_PARAM', 'Account-Data-Wait-For must be a value of Account-Data-Position.');
    case 'WaitOtherLog':
      return matrixError(400, 'M_INVALID_PARAM', 'Account-Data-Wait-For names a position of another log.');
    case 'WaitPositionLost':
      return matrixError(400, 'M_INVALID_PARAM', 'Account-Data-Wait-For names a position that the log lost. Begin anew without it.');
    case 'WaitTimedOut':
      return matrixError(503, 'M_UNKNOWN', 'The position asked for is not shown here yet.', refusal.retryAfter);
    case 'ProjectionDamaged':
      return matrixError(503, 'M_UNKNOWN', 'What the answer needs is damaged and is being built anew from the log. Try again.', refusal.retryAfter);
    case 'Crashed':
      return internalError;
  }
};

const faults: Readonly<Record<FrameworkFault, MatrixError>> = {
  not_found: matrixError(404, 'M_UNRECOGNIZED', 'This server has nothing at this path.'),
  overloaded: matrixErrorOfRefusal({ _tag: 'Overloaded', retryAfter: 1_000 }),
  not_ready: matrixErrorOfRefusal({ _tag: 'NotReady', retryAfter: 2_000 }),
  too_many_bodies: matrixError(429, 'M_LIMIT_EXCEEDED', 'Too many bodies are on their way with this token.', 1_000),
  no_host: matrixError(400, 'M_UNKNOWN', 'The request has no Host header, which HTTP/1.1 asks for.'),
  several_hosts: matrixError(400, 'M_UNKNOWN', 'The request has more than one Host header.'),
  transfer_coding: matrixError(501, 'M_UNKNOWN', 'This server takes no Transfer-Encoding but chunked.'),
  content_coding: matrixError(415, 'M_NOT_JSON', 'This server takes no Content-Encoding. Send the body as it is.'),
  malformed_url: matrixError(400, 'M_INVALID_PARAM', 'The path is not well percent-encoded UTF-8, or too long.'),
  body_too_large: matrixError(413, 'M_TOO_LARGE', 'The body is larger than this server takes.'),
  body_late: matrixError(408, 'M_UNKNOWN', 'The body did not arrive in time.'),
  body_incomplete: matrixError(400, 'M_NOT_JSON', 'The body did not arrive whole.'),
  internal: internalError,
};

/** What went wrong before a handler had its turn, as Matrix words it. */
export const matrixErrorOfFault = (fault: FrameworkFault): MatrixError => faults[fault];

const wrongMethod = matrixError(405, 'M_UNRECOGNIZED', 'This path does not take this method.');

/** The 405 of a path, naming the methods it takes. */
export const methodNotAllowed =
  (admission: Admission, responder: Responder) =>
  (meter: RouteMeter, allowed: ReadonlyArray<string>): RouteHandler =>
    admission.open(meter, matrixRefuse(matrixFail(responder)), (exchange) => {
      responder.json(exchange, 405, matrixErrorBody(wrongMethod), ['Allow', allowed.join(', ')]);
    });

/** Answers with an error. @category model */
export type MatrixFail = (exchange: Exchange, error: MatrixError) => void;

/** Answers with a Matrix error. @category constructors */
export const matrixFail =
  (responder: Responder): MatrixFail =>
  (exchange, error) => {
    responder.json(exchange, error.status, matrixErrorBody(error), matrixErrorHeaders(error));
  };

/** Answers what was refused admission with a Matrix error. @category constructors */
export const matrixRefuse =
  (fail: MatrixFail): Refuse =>
  (exchange, refusal) => {
    fail(exchange, matrixErrorOfRefusal(refusal));
  };
