import type { FrameworkFault } from '../http/App.js';
import type { Exchange } from '../http/Exchange.js';
import type { Refusal } from '../http/Refusal.js';
import type { Responder } from '../http/Responder.js';
import { problem, problemBody, retryAfterOf, statusOf } from './Problem.js';
import type { Problem } from './Problem.js';

/** Answers with problem details. @category constructors */
export const problemFail =
  (responder: Responder) =>
  (exchange: Exchange, given: Problem, headers: ReadonlyArray<string> = []): void => {
    const retryAfter = retryAfterOf(given);
    const body = problemBody(given, exchange.request.id);
    responder.text(exchange, statusOf(given), 'application/problem+json', body, [
      ...(retryAfter === undefined ? [] : ['Retry-After', String(retryAfter)]),
      ...(challenges[given.code] ?? []),
      ...headers,
    ]);
  };

/** What a 401 has to name. Source: RFC 9110, 11.6.1; RFC 6750, 3. */
const challenges: Readonly<Partial<Record<Problem['code'], ReadonlyArray<string>>>> = {
  missing_token: ['WWW-Authenticate', 'Bearer'],
  unknown_token: ['WWW-Authenticate', 'Bearer error="invalid_token"'],
};

/** A refusal of admission as the service API words it. */
export const problemOfRefusal = (refusal: Refusal): Problem => {
  switch (refusal._tag) {
    case 'MissingToken':
      return problem('missing_token');
    case 'UnknownToken':
      return problem('unknown_token');
    case 'AuthUnavailable':
      return problem('auth_unavailable');
    case 'RateLimited':
      return { code: 'rate_limited', retryAfter: refusal.retryAfter };
    case 'Overloaded':
      return { code: 'overloaded', retryAfter: refusal.retryAfter };
    case 'NotReady':
      return { code: 'not_ready', retryAfter: refusal.retryAfter };
    case 'WaitMalformed':
      return problem('invalid_request', 'Account-Data-Wait-For must be a value of Account-Data-Position.');
    case 'WaitOtherLog':
      return problem('other_log', 'Account-Data-Wait-For names a position of another log.');
    case 'WaitPositionLost':
      return problem('position_lost', 'Account-Data-Wait-For names a position that the log lost.');
    case 'WaitTimedOut':
      return { code: 'position_not_reached', retryAfter: refusal.retryAfter };
    case 'ProjectionDamaged':
      return { code: 'projection_damaged', retryAfter: refusal.retryAfter };
    case 'Crashed':
      return problem('internal');
  }
};

const faults: Readonly<Record<FrameworkFault, Problem>> = {
  not_found: problem('not_found'),
  overloaded: problemOfRefusal({ _tag: 'Overloaded', retryAfter: 1_000 }),
  not_ready: problemOfRefusal({ _tag: 'NotReady', retryAfter: 2_000 }),
  too_many_bodies: { code: 'rate_limited', retryAfter: 1_000, detail: 'Too many bodies are on their way with this token.' },
  no_host: problem('invalid_request', 'The request has no Host header, which HTTP/1.1 asks for.'),
  several_hosts: problem('invalid_request', 'The request has more than one Host header.'),
  transfer_coding: problem('unsupported_transfer_coding'),
  content_coding: problem('unsupported_content_coding'),
  malformed_url: problem('malformed_url'),
  body_too_large: problem('body_too_large'),
  body_incomplete: problem('incomplete_body'),
  body_late: problem('request_timeout'),
  internal: problem('internal'),
};

/** What went wrong before a handler had its turn, as the service API words it. */
export const problemOfFault = (fault: FrameworkFault): Problem => faults[fault];
