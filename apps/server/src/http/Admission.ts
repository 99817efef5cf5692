import { StorageDamaged } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/Authenticator.js';
import type { Session } from '../auth/Session.js';
import type { HttpMetrics, RouteMeter } from '../observability/httpMetrics.js';
import { addressOf } from '../processes/handOver.js';
import type { Exchange } from './Exchange.js';
import { parseLogToken } from './LogToken.js';
import type { PositionWaits } from './PositionWaits.js';
import type { Refusal } from './Refusal.js';
import type { Responder } from './Responder.js';

/** Answers a request that is not let in. @category model */
export type Refuse = (exchange: Exchange, refusal: Refusal) => void;

/** Handles a request that was let in, and answers it through the responder. @category model */
export type Handle = (exchange: Exchange, session: Session) => void | Promise<void>;

/** The same for requests that need no token. @category model */
export type HandleOpen = (exchange: Exchange) => void | Promise<void>;

/** What stands before every handler: whether a request is let in, and as whom. @category model */
export interface Admission {
  /**
   * Looks at who sends a request whose body is yet to come, and calls `next` with whether it is to be received: bodies of
   * strangers, and those that would be refused whatever they hold, are not. The request remembers why.
   */
  readonly admit: (request: FastifyRequest, next: (receive: boolean) => void) => void;
  /** Who sends a request. At once for a token that was seen lately, and for none. */
  readonly identify: (request: FastifyRequest) => Session | Refusal | Promise<Session | Refusal>;
  /** A Fastify handler: overload, token, rate, the position to wait for, and then `handle`. */
  readonly guard: (meter: RouteMeter, refuse: Refuse, handle: Handle) => (request: FastifyRequest, reply: FastifyReply) => void;
  /** The same without a token, and before the server is ready, too. */
  readonly open: (meter: RouteMeter, refuse: Refuse, handle: HandleOpen) => (request: FastifyRequest, reply: FastifyReply) => void;
  /** The same however much is under way: for those who look after the server. */
  readonly exempt: (meter: RouteMeter, refuse: Refuse, handle: HandleOpen) => (request: FastifyRequest, reply: FastifyReply) => void;
}

/** What decides whether a request is let in. @category model */
export interface AdmissionOptions {
  readonly authenticator: Authenticator;
  readonly responder: Responder;
  readonly metrics: HttpMetrics;
  readonly maxInFlight: number;
  readonly logId: string;
  /** Whether Matrix's endpoints take a token as `?access_token=`, too: clients of Matrix up to v1.10 know nothing else. */
  readonly tokenInQuery: boolean;
  readonly ready: () => boolean;
  readonly waits: PositionWaits;
  readonly onCrash: (exchange: Exchange, error: unknown) => void;
}

const missingToken: Refusal = { _tag: 'MissingToken' };
const unknownToken: Refusal = { _tag: 'UnknownToken' };
const authUnavailable: Refusal = { _tag: 'AuthUnavailable' };
const overloaded: Refusal = { _tag: 'Overloaded', retryAfter: 1_000 };
const notReady: Refusal = { _tag: 'NotReady', retryAfter: 2_000 };
const crashed: Refusal = { _tag: 'Crashed' };
const projectionDamaged: Refusal = { _tag: 'ProjectionDamaged', retryAfter: 5_000 };

/** How long a request waits for a position, in milliseconds, where `Prefer: wait=SECONDS` (RFC 7240) says nothing. */
const defaultWait = 5_000;
const longestWait = 30_000;

/** Makes the admission of a server. @category constructors */
export const makeAdmission = (options: AdmissionOptions): Admission => {
  const { authenticator, responder, metrics, maxInFlight, ready } = options;

  const run = (exchange: Exchange, refuse: Refuse, work: () => void | Promise<void>): void => {
    try {
      const done = work();
      if (done !== undefined) {
        done.catch((error: unknown) => {
          crash(exchange, refuse, error);
        });
      }
    } catch (error) {
      crash(exchange, refuse, error);
    }
  };

  const crash = (exchange: Exchange, refuse: Refuse, error: unknown): void => {
    // The projection tells the log of it, once.
    const isDamage = error instanceof StorageDamaged;
    if (!isDamage) options.onCrash(exchange, error);
    if (!exchange.reply.raw.headersSent) refuse(exchange, isDamage ? projectionDamaged : crashed);
  };

  const letIn = (exchange: Exchange, session: Session, refuse: Refuse, handle: Handle): void => {
    exchange.request.session = session;
    const wait = session.bucket.take();
    if (typeof wait === 'number') letInAfter(wait, exchange, session, refuse, handle);
    else run(exchange, refuse, () => wait.then((told) => { letInAfter(told, exchange, session, refuse, handle); }));
  };

  const letInAfter = (retryAfter: number | undefined, exchange: Exchange, session: Session, refuse: Refuse, handle: Handle): void => {
    if (retryAfter === undefined) {
      refuse(exchange, notReady);
      return;
    }
    if (retryAfter > 0) {
      metrics.refused('rate');
      refuse(exchange, { _tag: 'RateLimited', retryAfter });
      return;
    }
    const waitFor = exchange.request.headers['account-data-wait-for'];
    if (waitFor === undefined) {
      run(exchange, refuse, () => handle(exchange, session));
      return;
    }
    run(exchange, refuse, async () => {
      const refusal = await waited(exchange, session, waitFor);
      if (refusal !== undefined) refuse(exchange, refusal);
      else await handle(exchange, session);
    });
  };

  const waited = async (
    exchange: Exchange,
    session: Session,
    token: string | ReadonlyArray<string>,
  ): Promise<Refusal | undefined> => {
    const parsed = parseLogToken(String(token), options.logId);
    if (E.isLeft(parsed)) return { _tag: parsed.left === 'malformed' ? 'WaitMalformed' : 'WaitOtherLog' };
    const ended = await options.waits.wait(exchange, session, parsed.right, waitTime(exchange.request.headers['prefer']));
    switch (ended) {
      case 'reached':
        return undefined;
      case 'lost':
        return { _tag: 'WaitPositionLost' };
      case 'late':
      case 'gone':
        return { _tag: 'WaitTimedOut', retryAfter: 1_000 };
      case 'ended':
        return unknownToken;
      case 'principal':
        metrics.refused('position_waits');
        return { _tag: 'RateLimited', retryAfter: 5_000 };
      case 'all':
        metrics.refused('position_waits');
        return overloaded;
    }
  };

  const entered = (exchange: Exchange, refuse: Refuse): boolean => {
    responder.enter();
    if (responder.inFlight() <= maxInFlight) return true;
    metrics.refused('overload');
    refuse(exchange, overloaded);
    return false;
  };

  const identify: Admission['identify'] = (request) => {
    const authorization = request.headers.authorization ?? (options.tokenInQuery ? queryToken(request.raw.url) : undefined);
    const session = authorization === undefined ? undefined : authenticator.recent(authorization);
    if (session !== undefined) return session;
    const token = bearerToken(authorization);
    if (authorization === undefined || token === undefined) return missingToken;
    return authenticator.authenticate(token, authorization, addressOf(request)).then((answer) => {
      if (answer._tag === 'Session') return answer.session;
      return answer._tag === 'Unknown' ? unknownToken : authUnavailable;
    });
  };

  return {
    identify,
    admit: (request, next) => {
      const told = (known: Session | Refusal): void => {
        if (isRefusal(known)) request.refusal = known;
        else request.session = known;
        next(request.refusal === undefined);
      };
      const known = ready() ? identify(request) : notReady;
      if (!(known instanceof Promise)) {
        told(known);
        return;
      }
      known.then(told, () => {
        told(authUnavailable);
      });
    },
    guard: (meter, refuse, handle) => (request, reply) => {
      const exchange: Exchange = { request, reply, meter };
      if (!entered(exchange, refuse)) return;
      const refusal = request.refusal ?? (ready() ? undefined : notReady);
      if (refusal !== undefined) {
        refuse(exchange, refusal);
        return;
      }
      // Again, where a body has come in between: its sender may be known no more.
      const known = identify(request);
      const go = (found: Session | Refusal): void => {
        if (isRefusal(found)) refuse(exchange, found);
        else letIn(exchange, found, refuse, handle);
      };
      if (known instanceof Promise) run(exchange, refuse, () => known.then(go));
      else go(known);
    },
    open: (meter, refuse, handle) => (request, reply) => {
      const exchange: Exchange = { request, reply, meter };
      if (entered(exchange, refuse)) run(exchange, refuse, () => handle(exchange));
    },
    exempt: (meter, refuse, handle) => (request, reply) => {
      const exchange: Exchange = { request, reply, meter };
      responder.enter();
      run(exchange, refuse, () => handle(exchange));
    },
  };
};

const isRefusal = (known: Session | Refusal): known is Refusal => '_tag' in known;

/** The token of an `Authorization: Bearer` header (RFC 6750; the scheme in any case). */
export const bearerToken = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  if (header.startsWith('Bearer ') || /^bearer /i.test(header)) {
    const token = header.slice(7).trim();
    return token === '' ? undefined : token;
  }
  return undefined;
};

/** The `access_token` of a Matrix request's query (removed from the specification in v1.11), as a header would have it. */
const queryToken = (url: string | undefined): string | undefined => {
  if (url?.startsWith('/_matrix/') !== true) return undefined;
  const at = url.indexOf('?');
  const token = at < 0 ? null : new URLSearchParams(url.slice(at + 1)).get('access_token');
  return token === null ? undefined : `Bearer ${token}`;
};

const waitTime = (prefer: string | ReadonlyArray<string> | undefined): number => {
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,5})(?:$|[,;\s])/.exec(String(prefer ?? '')) ?? [];
  return seconds === undefined ? defaultWait : Math.min(longestWait, Number(seconds) * 1_000);
};
