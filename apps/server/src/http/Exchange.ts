import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../auth/Session.js';
import type { Refusal } from './Refusal.js';
import type { RouteMeter } from '../observability/httpMetrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** When the header had arrived, by the monotonic clock. */
    startedAt: number;
    /** Whom it was recognised as; undefined until then, and for strangers. */
    session: Session | undefined;
    /** Why its body was not received: its handler answers with it. */
    refusal: Refusal | undefined;
  }
}

/** One request and the way to answer it. Every exchange is answered exactly once, through `respond`. @category model */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly meter: RouteMeter;
}

/** An exchange whose token was recognised. @category model */
export interface AuthenticatedExchange extends Exchange {
  readonly session: Session;
}
