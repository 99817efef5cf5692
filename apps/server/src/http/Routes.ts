import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpMetrics, RouteMeter } from '../observability/httpMetrics.js';

/** The methods that handlers are registered for. HEAD goes with GET. @category model */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What Fastify calls. @category model */
export type RouteHandler = (request: FastifyRequest, reply: FastifyReply) => void;

/** The handlers of one path. Methods without one answer 405. @category model */
export interface PathRoutes {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<Method, (meter: RouteMeter) => RouteHandler>>>;
}

/** Every method that a request to a path can have. */
export const httpMethods: ReadonlyArray<string> = METHODS.filter((method) => method !== 'CONNECT');

/**
 * Registers a path with all its methods, each with a meter of its own, and a 405 for the methods it does not have.
 * `OPTIONS` is answered for all paths in one place.
 */
export const registerPath = (
  app: FastifyInstance,
  metrics: HttpMetrics,
  { path, methods }: PathRoutes,
  methodNotAllowed: (meter: RouteMeter, allowed: ReadonlyArray<string>) => RouteHandler,
): void => {
  const allowed = new Set<string>();
  for (const [method, handler] of Object.entries(methods)) {
    const route = handler(metrics.route(method, path));
    app.route({ method, url: path, handler: route, exposeHeadRoute: false });
    allowed.add(method);
    if (method === 'GET') {
      app.route({ method: 'HEAD', url: path, handler: route });
      allowed.add('HEAD');
    }
  }
  const refused = httpMethods.filter((method) => method !== 'OPTIONS' && !allowed.has(method));
  if (refused.length > 0) {
    app.route({
      method: refused,
      url: path,
      handler: methodNotAllowed(metrics.route('other', path), [...allowed, 'OPTIONS']),
      exposeHeadRoute: false,
    });
  }
};
