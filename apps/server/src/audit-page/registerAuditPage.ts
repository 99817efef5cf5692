import type { FastifyInstance } from 'fastify';
import type { SignInConfig } from '../config/ServerConfig.js';
import type { Exchange } from '../http/Exchange.js';
import type { Admission, Refuse } from '../http/Admission.js';
import type { Responder } from '../http/Responder.js';
import type { RouteHandler } from '../http/Routes.js';
import { registerPath } from '../http/Routes.js';
import type { HttpMetrics, RouteMeter } from '../observability/httpMetrics.js';
import type { PageFile, PageFiles } from './PageFiles.js';

/** What the page is served from. @category model */
export interface AuditPageOptions {
  /** Undefined: it was not built. */
  readonly files: PageFiles | undefined;
  /** Where people may sign in; undefined: by a token only. */
  readonly signIn: SignInConfig | undefined;
  /** Its answers have no headers of an API: no other site may read them. */
  readonly responder: Responder;
  readonly refuse: Refuse;
  readonly methodNotAllowed: (meter: RouteMeter, allowed: ReadonlyArray<string>) => RouteHandler;
}

/**
 * What a browser lets the page do: run and be styled by its own files, and ask this server and the issuer. Nothing inline, nothing
 * of others, no text that becomes markup, and no frame around it. Source: Content Security Policy Level 3; Trusted Types.
 *
 * @category constructors
 */
export const pagePolicy = (signIn: SignInConfig | undefined): string => [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  `connect-src 'self'${signIn === undefined ? '' : ` ${new URL(signIn.issuer).origin}`}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** As {@link pagePolicy}, for swagger-ui: its pictures are in its style, and it knows no Trusted Types. @category constants */
export const tryPolicy: string = pagePolicy(undefined).replace("img-src 'self'", "img-src 'self' data:").replace(/; require-trusted-types.*/, '');

const protectedBy = (policy: string): ReadonlyArray<string> => [
  'Content-Security-Policy',
  policy,
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'no-referrer',
  'Cross-Origin-Opener-Policy',
  'same-origin',
  'Cross-Origin-Resource-Policy',
  'same-origin',
];

/**
 * Serves the audit page at `/audit/` and the page that tries the API out at `/docs/try/`, each with its files beside it, and leads
 * `/` to the first. They need no token: what they show is read with one.
 */
export const registerAuditPage = (app: FastifyInstance, admission: Admission, metrics: HttpMetrics, options: AuditPageOptions): void => {
  const { files, signIn, responder, refuse, methodNotAllowed } = options;
  const protection = protectedBy(pagePolicy(signIn));
  const open =
    (handle: (exchange: Exchange) => void | Promise<void>) =>
    (meter: RouteMeter): RouteHandler =>
      admission.open(meter, refuse, handle);
  const serve = async (exchange: Exchange, name: string, headers = protection): Promise<void> => {
    const file = files?.get(name);
    if (file !== undefined) await send(responder, exchange, file, headers);
    else if (files === undefined) responder.text(exchange, 503, 'text/plain; charset=utf-8', notBuilt, [...headers, 'Cache-Control', 'no-store']);
    else responder.text(exchange, 404, 'text/plain; charset=utf-8', 'The audit page has no such file.\n', [...headers, 'Cache-Control', 'no-store']);
  };
  // Relative, so that it holds where a proxy serves this server below a path of its own.
  const redirect = (status: 307 | 308, location: string) => (exchange: Exchange) => {
    responder.empty(exchange, status, ['Location', location, ...protection]);
  };
  // How one signs in is no secret: the client is a public one.
  const offer = JSON.stringify(signIn === undefined ? {} : { sign_in: { issuer: signIn.issuer, client_id: signIn.clientId, scopes: signIn.scopes, resource: signIn.resource } });
  const serveTry = (exchange: Exchange, name: string): Promise<void> => serve(exchange, `try/${name}`, protectedBy(tryPolicy));
  const paths = [
    // Whoever opens the printed address in a browser. A browser keeps a 308 for good.
    { path: '/', handle: redirect(307, files === undefined ? 'docs' : 'audit/') },
    { path: '/audit', handle: redirect(308, 'audit/') },
    { path: '/audit/', handle: (exchange: Exchange) => serve(exchange, 'index.html') },
    { path: '/audit/sign-in.json', handle: (exchange: Exchange) => { responder.text(exchange, 200, 'application/json', offer, [...protection, 'Cache-Control', 'no-store']); } },
    { path: '/audit/assets/:name', handle: (exchange: Exchange) => serve(exchange, `assets/${nameOf(exchange)}`) },
    { path: '/docs/try', handle: redirect(308, 'try/') },
    { path: '/docs/try/', handle: (exchange: Exchange) => serveTry(exchange, 'index.html') },
    { path: '/docs/try/:name', handle: (exchange: Exchange) => serveTry(exchange, nameOf(exchange)) },
  ];
  for (const { path, handle } of paths) registerPath(app, metrics, { path, methods: { GET: open(handle) } }, methodNotAllowed);
};

const notBuilt = 'The audit page has not been built. Run `npm run build` in the checkout, and start the server again.\n';

const nameOf = ({ request: { params } }: Exchange): string =>
  typeof params === 'object' && params !== null && 'name' in params ? String(params.name) : '';

const send = async (responder: Responder, exchange: Exchange, file: PageFile, protection: ReadonlyArray<string>): Promise<void> => {
  const { headers, method } = exchange.request;
  const caching = ['Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache', 'ETag', file.etag, 'Vary', 'Accept-Encoding'];
  if (headers['if-none-match'] === file.etag) {
    responder.empty(exchange, 304, [...protection, ...caching]);
    return;
  }
  const compressed = takesGzip(headers['accept-encoding']);
  const body = compressed ? await file.gzipped() : file.plain;
  responder
    .stream(exchange, 200, [
      'Content-Type',
      file.contentType,
      'Content-Length',
      String(body.length),
      ...(compressed ? ['Content-Encoding', 'gzip'] : []),
      ...protection,
      ...caching,
    ])
    .end(method === 'HEAD' ? undefined : body);
};

const takesGzip = (accepted: string | ReadonlyArray<string> | undefined): boolean =>
  String(accepted).split(',').some((coding) => coding.trim() === 'gzip');
