import type { FastifyInstance } from 'fastify';
import type { Exchange } from '../http/Exchange.js';
import type { Admission } from '../http/Admission.js';
import type { PathRoutes, RouteHandler } from '../http/Routes.js';
import { registerPath } from '../http/Routes.js';
import type { HttpMetrics, RouteMeter } from '../observability/httpMetrics.js';
import type { Endpoint, ServiceContext } from './Endpoint.js';
import { openApiDocument } from './openapi/openApiDocument.js';
import { apiPage, pageHeaders, problemsPage } from './openapi/pages.js';
import { problem } from './Problem.js';
import { problemOfRefusal } from './refusals.js';

/** Registers the service API and its documentation (`/v1/openapi.json`, `/docs`, `/errors`). */
export const registerService = (
  app: FastifyInstance,
  admission: Admission,
  metrics: HttpMetrics,
  context: ServiceContext,
  endpoints: ReadonlyArray<Endpoint>,
  version: string,
): void => {
  const refuse = (exchange: Exchange, refusal: Parameters<typeof problemOfRefusal>[0]): void => {
    context.fail(exchange, problemOfRefusal(refusal));
  };
  const guarded =
    (endpoint: Endpoint) =>
    (meter: RouteMeter): RouteHandler =>
      admission.guard(meter, refuse, (exchange, session) => endpoint.serve(context, exchange, session));
  const fixed =
    (contentType: string, body: string, headers: ReadonlyArray<string> = []) =>
    (meter: RouteMeter): RouteHandler =>
      admission.open(meter, refuse, (exchange) => {
        context.responder.text(exchange, 200, contentType, body, headers);
      });

  const byPath = new Map<string, Record<string, (meter: RouteMeter) => RouteHandler>>();
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/\{(\w+)\}/g, ':$1');
    const methods = byPath.get(path) ?? {};
    methods[endpoint.method] = guarded(endpoint);
    byPath.set(path, methods);
  }
  const document = openApiDocument(endpoints, version);
  const documentation: ReadonlyArray<PathRoutes> = [
    { path: '/v1/openapi.json', methods: { GET: fixed('application/json', JSON.stringify(document)) } },
    { path: '/docs', methods: { GET: fixed('text/html; charset=utf-8', apiPage(document), pageHeaders) } },
    { path: '/errors', methods: { GET: fixed('text/html; charset=utf-8', problemsPage(), pageHeaders) } },
  ];
  const paths: ReadonlyArray<PathRoutes> = [...byPath].map(([path, methods]) => ({ path, methods }));
  for (const path of [...documentation, ...paths]) {
    registerPath(app, metrics, path, (meter, allowed) =>
      admission.open(meter, refuse, (exchange) => {
        context.fail(exchange, problem('method_not_allowed', `It takes ${allowed.join(', ')}.`), ['Allow', allowed.join(', ')]);
      }),
    );
  }
};
