import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timers } from '@account-data/runtime';
import { transferContentType } from '@account-data/service-api';
import type { PassOn } from '../processes/besideOwner.js';
import type { Slots } from '../limits/Slots.js';
import type { HttpMetrics } from '../observability/httpMetrics.js';
import { answerClientError, answerExpectation, answerTunnel } from './clientErrors.js';
import type { Exchange } from './Exchange.js';
import type { Admission } from './Admission.js';
import { ReceivingBodies } from './ReceivingBodies.js';
import type { Responder } from './Responder.js';
import { httpMethods } from './Routes.js';

/** What went wrong before a handler had its turn. Each API words it in its own form. @category model */
export type FrameworkFault =
  | 'not_found'
  | 'overloaded'
  | 'not_ready'
  | 'too_many_bodies'
  | 'no_host'
  | 'several_hosts'
  | 'transfer_coding'
  | 'content_coding'
  | 'malformed_url'
  | 'body_too_large'
  | 'body_incomplete'
  | 'body_late'
  | 'internal';

/** What the part before all handlers needs: routing, bodies, faults. @category model */
export interface AppOptions {
  readonly clock: Clock;
  readonly responder: Responder;
  readonly metrics: HttpMetrics;
  readonly requestId: (request: FastifyRequest['raw']) => string;
  readonly bodyLimit: number;
  readonly timers: Timers;
  /** Milliseconds that a request may take to arrive whole. */
  readonly requestTimeout: number;
  /** Places of bodies that are on their way, by principal. */
  readonly bodies: Slots;
  /** Whose bodies are received. */
  readonly admit: Admission['admit'];
  /** Whether a URL takes its body as a stream. */
  readonly takesStream: (url: string | undefined) => boolean;
  readonly answerPreflight: (exchange: Exchange) => void;
  readonly answerFault: (exchange: Exchange, fault: FrameworkFault) => void;
  /** Has another process answer a request, or goes on with it here. Default: all are answered here. */
  readonly passOn?: PassOn;
  /** Told of each request that is answered here as its header has arrived. */
  readonly onRequest?: (request: FastifyRequest) => void;
  readonly onError: (exchange: Exchange, error: unknown) => void;
}

/** Fastify with everything set that holds for all paths. @category model */
export interface App {
  readonly app: FastifyInstance;
  /** Whether the body of a request is still coming that will be answered when it is there. */
  readonly receiving: () => boolean;
}

/**
 * Bodies of this type are handed over as a stream where a path takes streams; every other body is read whole, whatever it
 * calls itself.
 */
const streamedBody = transferContentType;

/**
 * The bare HTTP server: no routes yet, but every answer it can give by itself is one of ours.
 *
 * @category constructors
 */
export const makeApp = (options: AppOptions): App => {
  const { clock, responder, metrics, answerFault, onRequest } = options;
  const unmatched = metrics.route('other', 'unmatched');
  const fault = (request: FastifyRequest, reply: FastifyReply, kind: FrameworkFault): void => {
    responder.enter();
    answerFault({ request, reply, meter: unmatched }, kind);
  };
  const preflight = (request: FastifyRequest, reply: FastifyReply): void => {
    responder.enter();
    options.answerPreflight({ request, reply, meter: unmatched });
  };

  const app = Fastify({
    logger: false,
    bodyLimit: options.bodyLimit,
    // Bodies are timed below: Node's own limit would cut off long imports, too.
    requestTimeout: 0,
    keepAliveTimeout: 75_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    http: {
      requestTimeout: 0,
      headersTimeout: Math.min(15_000, options.requestTimeout),
      connectionsCheckingInterval: 2_000,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      // Refused below, in the form of our errors.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: 16_384 },
    genReqId: options.requestId,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      request.startedAt = clock.monotonic();
      // A preflight that is refused would keep a page from seeing why its request was.
      if (request.method === 'OPTIONS') preflight(request, reply);
      else fault(request, reply, error.code === 'FST_ERR_BAD_URL' || error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'malformed_url' : 'internal');
    },
  });
  const receiving = new ReceivingBodies(clock, options.requestTimeout, options.bodies, (reply) => {
    reply.raw.setHeader('Connection', 'close');
    fault(reply.request, reply, 'body_late');
  });
  receiving.watch(options.timers, app);
  app.server.on('checkExpectation', answerExpectation);
  // Told to go on below, once it is known that the body is wanted.
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    app.server.emit('request', request, response);
  });
  app.server.on('connect', answerTunnel);
  app.decorateRequest('startedAt', 0);
  app.decorateRequest('session', undefined);
  app.decorateRequest('refusal', undefined);
  app.decorateRequest('receiving', undefined);
  app.decorateRequest('bodyLate', undefined);
  const begin = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { raw } = request;
    const { headers } = raw;
    onRequest?.(request);
    const hosts = hostsOf(raw.rawHeaders);
    if (hosts > 1 || (hosts === 0 && raw.httpVersionMinor > 0)) {
      reply.raw.setHeader('Connection', 'close');
      fault(request, reply, hosts === 0 ? 'no_host' : 'several_hosts');
      return;
    }
    const coded = codingFault(headers);
    if (coded !== undefined) {
      reply.raw.setHeader('Connection', 'close');
      fault(request, reply, coded);
      return;
    }
    const streamed = isStreamed(headers['content-type']) && options.takesStream(raw.url);
    // Matrix: clients need not send a Content-Type, and some send a wrong one. Bodies are judged by what they hold.
    if (!streamed && request.method !== 'GET') headers['content-type'] = 'application/json';
    if (!hasBody(headers)) {
      done();
      return;
    }
    options.admit(request, (receive) => {
      if (!receive) {
        leaveUnread(request, reply);
        done();
        return;
      }
      const full = receiving.begin(request, reply, streamed);
      if (full === undefined) {
        if (headers.expect !== undefined) reply.raw.writeContinue();
        done();
        return;
      }
      metrics.refused('bodies');
      reply.raw.setHeader('Connection', 'close');
      fault(request, reply, full === 'all' ? 'overloaded' : 'too_many_bodies');
    });
  };
  const { passOn } = options;
  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = clock.monotonic();
    if (passOn === undefined) begin(request, reply, done);
    else passOn(request, reply, () => { begin(request, reply, done); });
  });
  /** The handler answers at once, as to a request without a body. */
  const leaveUnread = (request: FastifyRequest, reply: FastifyReply): void => {
    const { headers } = request.raw;
    const length = Number(headers['content-length'] ?? Number.POSITIVE_INFINITY);
    delete headers['content-type'];
    delete headers['content-length'];
    delete headers['transfer-encoding'];
    if (length <= longestUnread && headers.expect === undefined) receiving.passOver(request, reply);
    else reply.raw.setHeader('Connection', 'close');
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    receiving.end(request);
    done(null, body);
  });
  app.addContentTypeParser(streamedBody, (_request, payload, done) => {
    done(null, payload);
  });
  for (const method of httpMethods) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  app.options('*', preflight);
  app.setNotFoundHandler((request, reply) => {
    fault(request, reply, 'not_found');
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const kind = kindOf(error);
    if (kind === 'internal') options.onError({ request, reply, meter: unmatched }, error);
    if (reply.raw.headersSent) return;
    if (kind === 'body_too_large' || kind === 'body_incomplete') reply.raw.setHeader('Connection', 'close');
    fault(request, reply, kind);
  });
  return { app, receiving: () => receiving.coming() };
};

/**
 * A body that is not received, and not longer than this, is let run out after the answer, so that the answer is not lost and
 * the connection can go on. In bytes.
 */
const longestUnread = 16_384;

const hasBody = (headers: IncomingHttpHeaders): boolean => {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : length !== '0';
};

/** How many Host headers there are: Node keeps the first, others on the way may have gone by another. Source: RFC 9112, 3.2. */
const hostsOf = (rawHeaders: ReadonlyArray<string>): number => {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
};

/** Codings of bodies that are not undone here: taken as they are, they would be taken for something else. */
const codingFault = (headers: IncomingHttpHeaders): FrameworkFault | undefined => {
  const transfer = headers['transfer-encoding'];
  if (transfer !== undefined && transfer.toLowerCase() !== 'chunked') return 'transfer_coding';
  const content = headers['content-encoding'];
  return content === undefined || content.toLowerCase() === 'identity' ? undefined : 'content_coding';
};

const isStreamed = (contentType: string | undefined): boolean => contentType?.startsWith(streamedBody) === true;

const kindOf = (error: FastifyError): FrameworkFault => {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body_too_large';
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return 'body_incomplete';
  return 'internal';
};
