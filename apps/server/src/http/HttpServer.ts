import type { AccountDataEngine } from '@account-data/engine';
import type { Runtime } from '@account-data/runtime';
import type { Follow } from '@account-data/synapse-follow';
import type { FastifyInstance } from 'fastify';
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { makeAccesses } from '../access/Accesses.js';
import type { PageFiles } from '../audit-page/PageFiles.js';
import { registerAuditPage } from '../audit-page/registerAuditPage.js';
import { makeAuthenticator } from '../auth/Authenticator.js';
import type { TokenSource } from '../auth/TokenSource.js';
import type { ServerConfig } from '../config/ServerConfig.js';
import { makeConcurrency } from '../limits/Concurrency.js';
import { makeRateLimiter, type RateLimiter } from '../limits/RateLimiter.js';
import { makeSlots } from '../limits/Slots.js';
import { matrixErrorOfFault, matrixFail, matrixRefuse, methodNotAllowed } from '../matrix/refusals.js';
import { registerMatrix } from '../matrix/registerMatrix.js';
import { makeHttpMetrics } from '../observability/httpMetrics.js';
import type { MetricsPart } from '../observability/MetricsPart.js';
import type { Tracing } from '../observability/Tracing.js';
import { incomingTrace } from '../observability/incomingTrace.js';
import { besideOwner } from '../processes/besideOwner.js';
import { makeHandOver } from '../processes/handOver.js';
import { registerOperations } from '../operations/registerOperations.js';
import { endpoints } from '../service/endpoints/index.js';
import { problemFail, problemOfFault } from '../service/refusals.js';
import { registerService } from '../service/registerService.js';
import { makeApp } from './App.js';
import type { FrameworkFault } from './App.js';
import { closeGracefully, trackConnections } from './closeGracefully.js';
import type { Exchange } from './Exchange.js';
import { makeAdmission } from './Admission.js';
import { cachedLogToken } from './LogToken.js';
import { makePositionWaits } from './PositionWaits.js';
import { requestIds } from './requestIds.js';
import { makeOpenAnswers } from './OpenAnswers.js';
import { makeResponder, matrixCors, serviceCors } from './Responder.js';
import { makeUserWaiters } from './UserWaiters.js';

/** What the HTTP service is put together from. @category model */
export interface HttpServerOptions {
  readonly engine: AccountDataEngine;
  readonly config: ServerConfig;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly tokens: ReadonlyArray<TokenSource>;
  readonly registry: Registry;
  /** Of the program, for the API documentation. */
  readonly version: string;
  /** Absent: no spans; the trace context that clients send is recorded all the same. */
  readonly tracing?: Tracing;
  /** The homeserver that is followed, once that has begun. Absent: nobody is. */
  readonly follow?: () => Follow | undefined;
  /** Where the process is that owns the log, and how far that is durable. Absent: this one does. */
  readonly owner?: { readonly socket: string; readonly look: () => number };
  /** What counts the requests of each principal. Absent: this process does. */
  readonly rates?: RateLimiter;
  /** The metrics of other processes of this server, which are added to those of this one. */
  readonly otherMetrics?: () => Promise<ReadonlyArray<MetricsPart>>;
  /** The audit page. Absent: it was not built. */
  readonly page?: PageFiles;
}

/** The HTTP service, ready to listen. @category model */
export interface HttpServer {
  readonly app: FastifyInstance;
  /** What this process counted, for the one that adds it up. */
  readonly metrics: () => Promise<MetricsPart>;
  /** What counts the requests of each principal here. */
  readonly rates: RateLimiter;
  /** Unready from now on; long polls and streams end. Requests in flight go on. */
  readonly drain: () => void;
  /** Drains, lets requests in flight finish, and stops listening. */
  readonly close: () => Promise<void>;
}

/** Puts the HTTP service together over an engine. It listens on nothing yet. @category constructors */
export const makeHttpServer = (options: HttpServerOptions): HttpServer => {
  const { engine, config, runtime, logger, registry, tracing } = options;
  const { clock } = runtime;
  const { limits } = config;
  const debug = logger.isLevelEnabled('debug');
  const answers = makeOpenAnswers(runtime.timers);
  const stopForgetting = engine.projection.onChange(({ users }) => {
    if (answers.count() === 0) return;
    for (const userId of users) if (engine.projection.erased(userId)) answers.forget(userId);
  });
  const answering = {
    clock,
    answers,
    traffic: { inFlight: 0 },
    positionToken: cachedLogToken(engine, engine.position),
    ...(debug || tracing !== undefined
      ? {
          onAnswer: (exchange: Exchange, status: number, milliseconds: number): void => {
            tracing?.end(exchange, status);
            if (debug) logAnswer(logger, exchange, status, milliseconds);
          },
        }
      : {}),
  };
  const responder = makeResponder({ ...answering, headers: matrixCors });
  const serviceResponder = makeResponder({ ...answering, headers: serviceCors });
  const polls = makeSlots(limits.longPolls, limits.longPollsPerToken);
  const positionSlots = makeSlots(limits.positionWaits, limits.positionWaitsPerToken);
  const streams = makeSlots(limits.eventStreams, limits.eventStreamsPerToken);
  const metrics = makeHttpMetrics(registry, { inFlight: responder.inFlight, longPolls: polls.open, positionWaits: positionSlots.open, streams: streams.open });
  const onError = (exchange: Exchange, error: unknown): void => {
    logger.error({ err: error, requestId: exchange.request.id, route: exchange.request.routeOptions.url }, 'A request failed unexpectedly');
  };
  const fail = matrixFail(responder);
  const failService = problemFail(serviceResponder);
  const stopping = new AbortController();
  // Each stream listens to it: thousands are no leak.
  setMaxListeners(0, stopping.signal);
  const waiting = {
    reflects: engine.projection.reflects,
    placeOf: engine.placeOf,
    waitForPosition: engine.projection.waitForPosition,
    responder,
    clock,
    stopping: stopping.signal,
  };
  const ready = readiness(engine, stopping.signal);
  const rates = options.rates ?? makeRateLimiter({ perSecond: limits.requestsPerSecond, burst: limits.requestBurst, clock });
  const admission = makeAdmission({
    authenticator: makeAuthenticator({
      sources: options.tokens,
      clock,
      timers: runtime.timers,
      questions: makeSlots(limits.tokenLookups, limits.tokenLookupsPerAddress),
      rates,
    }),
    responder,
    metrics,
    maxInFlight: limits.requestsInFlight,
    logId: engine.logId,
    tokenInQuery: config.auth.tokenInQuery,
    ready,
    waits: makePositionWaits({ ...waiting, slots: positionSlots }),
    onCrash: onError,
  });
  const answerFault = (exchange: Exchange, fault: FrameworkFault): void => {
    if (isServicePath(exchange.request.raw.url)) failService(exchange, problemOfFault(fault));
    else fail(exchange, matrixErrorOfFault(fault));
  };
  const { owner } = options;
  const away = metrics.route('other', 'owner_away');
  const handOver = owner === undefined ? undefined : makeHandOver(owner.socket, (request, reply) => {
    responder.enter();
    answerFault({ request, reply, meter: away }, 'not_ready');
  });
  const { app, receiving } = makeApp({
    clock,
    timers: runtime.timers,
    responder,
    metrics,
    requestId: requestIds(runtime.random.uuid()),
    // JSON may write each byte of a content as an escape of six.
    bodyLimit: limits.maxContentBytes * 6 + 4_096,
    requestTimeout: config.server.requestTimeout,
    bodies: makeSlots(limits.bodiesArriving, limits.bodiesArrivingPerToken),
    admit: admission.admit,
    takesStream: (url) => url !== undefined && /^\/v1\/import(?:$|\?)/.test(url),
    answerPreflight: (exchange) => {
      serviceResponder.empty(exchange, 204);
    },
    answerFault,
    ...(owner === undefined || handOver === undefined
      ? {}
      : {
          passOn: besideOwner({
            look: owner.look,
            reflects: engine.projection.reflects,
            waitForPosition: engine.projection.waitForPosition,
            ready,
            // Where a homeserver is followed, it is the owner that speaks to it.
            answersWrites: config.follow === undefined,
            identify: admission.identify,
            handOver: handOver.pass,
          }),
        }),
    onError,
    ...(tracing === undefined ? {} : { onRequest: tracing.begin }),
  });
  const waiters = makeUserWaiters(engine.projection.onChange, runtime);
  const traceOf = tracing?.contextOf ?? incomingTrace;

  const accesses = makeAccesses(engine.accessLog, config.accessLog);
  const matrix = { engine, accesses, responder, answers, turns: engine.turns, fail, traceOf, serverName: config.serverName };
  registerMatrix(app, admission, metrics, matrix, {
    waiters,
    // A sync from a position that is yet to come is a long poll.
    waits: makePositionWaits({ ...waiting, slots: polls }),
    slots: polls,
    clock,
    metrics,
  });
  registerOperations(app, admission, metrics, {
    engine,
    responder,
    registry,
    otherMetrics: options.otherMetrics ?? (() => Promise.resolve([])),
    refuse: matrixRefuse(fail),
    methodNotAllowed: methodNotAllowed(admission, responder),
    draining: () => stopping.signal.aborted,
  });
  registerAuditPage(app, admission, metrics, {
    signIn: config.auditPage.signIn,
    files: options.page,
    responder: makeResponder({ ...answering, headers: [] }),
    refuse: matrixRefuse(fail),
    methodNotAllowed: methodNotAllowed(admission, responder),
  });
  registerService(
    app,
    admission,
    metrics,
    {
      engine,
      follow: options.follow ?? (() => undefined),
      runtime,
      responder: serviceResponder,
      fail: failService,
      traceOf,
      streams,
      accesses,
      answers,
      turns: engine.turns,
      longReads: makeConcurrency(longReadsAtOnce),
      refused: metrics.refused,
      logger,
      stopping: stopping.signal,
    },
    endpoints,
    options.version,
  );
  const connections = trackConnections(app.server);
  const drain = (): void => {
    stopping.abort();
    waiters.close();
  };
  return {
    app,
    metrics: metrics.part,
    rates,
    drain,
    close: () => {
      drain();
      stopForgetting();
      return closeGracefully(app, {
        connections,
        busy: () => responder.inFlight() > 0 || streams.open() > 0 || receiving() || (handOver?.open() ?? 0) > 0,
        timers: runtime.timers,
        timeout: config.server.shutdownTimeout,
      }).finally(() => handOver?.close());
    },
  };
};

/** How many pages of histories and states are read at once: each may hold some hundred kilobytes. */
const longReadsAtOnce = 32;

/** The service API words its errors as problem details; everything else does as Matrix says. */
const isServicePath = (url: string | undefined): boolean => url !== undefined && /^\/(v1|docs|errors)(?:$|[/?])/.test(url);

/** False until reads reflect what was in the log at the start; then true, at the cost of a variable. */
const readiness = ({ projection }: AccountDataEngine, stopping: AbortSignal): (() => boolean) => {
  let ready = projection.health().ready;
  const watch = async (): Promise<void> => {
    const mayBe = (failure = projection.failure()): boolean => failure === undefined || failure.code === 'storage_damaged';
    while (!ready && !stopping.aborted && mayBe()) ready = await projection.waitUntilReady(60_000);
  };
  void watch();
  return () => ready;
};

const logAnswer = (logger: Logger, { request }: Exchange, status: number, milliseconds: number): void => {
  logger.debug(
    { requestId: request.id, method: request.method, route: request.routeOptions.url, status, milliseconds: Math.round(milliseconds * 100) / 100 },
    'answered',
  );
};
