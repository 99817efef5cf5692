import type { AccountDataEngine } from '@account-data/engine';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Exchange } from '../http/Exchange.js';
import type { Admission, Refuse } from '../http/Admission.js';
import type { Responder } from '../http/Responder.js';
import { registerPath } from '../http/Routes.js';
import type { RouteHandler } from '../http/Routes.js';
import type { HttpMetrics, RouteMeter } from '../observability/httpMetrics.js';
import type { MetricsPart } from '../observability/MetricsPart.js';

/** What health, readiness and metrics are answered from. @category model */
export interface OperationsOptions {
  readonly engine: AccountDataEngine;
  readonly responder: Responder;
  readonly registry: Registry;
  /** The metrics of the other processes of this server, as many as answer soon. */
  readonly otherMetrics: () => Promise<ReadonlyArray<MetricsPart>>;
  readonly refuse: Refuse;
  readonly methodNotAllowed: (meter: RouteMeter, allowed: ReadonlyArray<string>) => RouteHandler;
  /** True from the moment a stop was asked for: a load balancer should send nothing more. */
  readonly draining: () => boolean;
}

/**
 * `/healthz` (the process answers), `/readyz` (it should get traffic) and `/metrics` (Prometheus). They need no token
 * and tell nothing about any user.
 */
export const registerOperations = (app: FastifyInstance, admission: Admission, metrics: HttpMetrics, options: OperationsOptions): void => {
  const { responder, registry } = options;
  const open =
    (handle: (exchange: Exchange) => void | Promise<void>) =>
    (meter: RouteMeter): RouteHandler =>
      admission.exempt(meter, options.refuse, handle);
  const paths = [
    {
      path: '/healthz',
      methods: {
        GET: open((exchange) => {
          responder.json(exchange, 200, '{"status":"ok"}');
        }),
      },
    },
    {
      path: '/readyz',
      methods: {
        GET: open((exchange) => {
          const readiness = readinessOf(options.engine, options.draining());
          responder.json(exchange, readiness.ready ? 200 : 503, JSON.stringify(readiness));
        }),
      },
    },
    {
      path: '/metrics',
      methods: {
        GET: open(async (exchange) => {
          responder.text(exchange, 200, registry.contentType, await metrics.render(await options.otherMetrics()));
        }),
      },
    },
  ];
  for (const path of paths) registerPath(app, metrics, path, options.methodNotAllowed);
};

/** A server that has lost the event store for longer than this, in milliseconds, shows too old a state to get traffic. */
const cutOffGrace = 30_000;

interface Readiness {
  readonly ready: boolean;
  readonly reasons: ReadonlyArray<string>;
  readonly position: string;
}

const readinessOf = (engine: AccountDataEngine, draining: boolean): Readiness => {
  const health = engine.projection.health();
  const modules = engine.modules.status();
  const reasons: Array<string> = [];
  if (draining) reasons.push('The server is stopping.');
  if (health.failed !== undefined) reasons.push(`The projection has failed (${health.failed.code}): ${health.failed.message}`);
  else if (!health.ready) reasons.push('The projection has not caught up with the log yet.');
  const { cutOffFor } = health;
  if (cutOffFor !== undefined && cutOffFor > cutOffGrace) {
    reasons.push(`The event store has been out of reach for ${String(Math.round(cutOffFor / 1_000))} s; the log of the server says why.`);
  }
  if (modules.state === 'failed') reasons.push('The module host has failed; the log of the server says why.');
  return { ready: reasons.length === 0, reasons, position: String(health.position) };
};
