import { createAccountDataEngine } from '@account-data/engine';
import type { AccountDataEngine, EngineOptions } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import type { EventStore, ReadFrom } from '@account-data/event-store';
import { sha256Hex, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { Registry } from 'prom-client';
import { staticTokens } from '../../src/auth/staticTokens.js';
import type { TokenSource } from '../../src/auth/TokenSource.js';
import { resolveConfig } from '../../src/config/resolveConfig.js';
import type { ServerConfig, ServerLimits, StaticToken } from '../../src/config/ServerConfig.js';
import { makeHttpServer } from '../../src/http/HttpServer.js';
import { makeLogger } from '../../src/observability/logging.js';
import { undocumentedProblem } from './undocumentedProblem.js';
import { rawHttp } from './rawHttp.js';
import type { RawAnswer, RawRequest } from './rawHttp.js';

/** The tokens that every test server knows. */
export const tokens = {
  alice: 'token-of-alice',
  bob: 'token-of-bob',
  service: 'token-of-a-service',
  auditor: 'token-of-an-auditor',
  admin: 'token-of-an-admin',
} as const;

const known: ReadonlyArray<StaticToken> = [
  { sha256: sha256Hex(tokens.alice), role: 'user', userId: '@alice:example.org' },
  { sha256: sha256Hex(tokens.bob), role: 'user', userId: '@bob:example.org' },
  { sha256: sha256Hex(tokens.service), role: 'service', name: 'billing' },
  { sha256: sha256Hex(tokens.auditor), role: 'auditor', name: 'auditing' },
  { sha256: sha256Hex(tokens.admin), role: 'admin', name: 'root' },
];

export interface TestServer {
  readonly url: string;
  readonly engine: AccountDataEngine;
  readonly store: EventStore;
  readonly registry: Registry;
  /** The end of the log: what was appended in between shows in it. */
  readonly head: () => Promise<ReadFrom>;
  /** A request with a token (none where it is null). Fails where the service API answers a problem that it does not document. */
  readonly ask: (token: string | null, request: RawRequest) => Promise<RawAnswer>;
  /** Everything that was logged so far. */
  readonly logged: () => string;
  readonly drain: () => void;
  readonly close: () => Promise<void>;
}

export interface TestServerOptions {
  readonly store?: EventStore;
  readonly engine?: Partial<EngineOptions>;
  readonly limits?: Partial<ServerLimits>;
  readonly server?: Partial<ServerConfig['server']>;
  readonly auth?: Partial<ServerConfig['auth']>;
  readonly accessLog?: Partial<ServerConfig['accessLog']>;
  /** Sources of tokens beside those that every test server knows. */
  readonly tokens?: ReadonlyArray<TokenSource>;
}

/** The real service over a real engine; the store is the in-memory one unless another is given. */
export const startTestServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const store = options.store ?? createInMemoryEventStore({ runtime: systemRuntime });
  const resolved = resolveConfig({}, { folder: '/', cwd: '/', env: {} });
  if (E.isLeft(resolved)) throw new Error('The default configuration is not one.');
  const config: ServerConfig = {
    ...resolved.right,
    server: { ...resolved.right.server, ...options.server },
    auth: { ...resolved.right.auth, ...options.auth },
    accessLog: { ...resolved.right.accessLog, ...options.accessLog },
    limits: { ...resolved.right.limits, ...options.limits },
  };
  const lines: Array<string> = [];
  const engine = await createAccountDataEngine({
    store,
    limits: {
      maxContentBytes: config.limits.maxContentBytes,
      maxDepth: config.limits.maxDepth,
      maxKeysPerUser: config.limits.maxKeysPerUser,
      maxBytesPerUser: config.limits.maxBytesPerUser,
    },
    ...options.engine,
  });
  const registry = new Registry();
  const http = makeHttpServer({
    engine,
    config,
    runtime: systemRuntime,
    logger: makeLogger('trace', { write: (line) => void lines.push(line) }),
    tokens: [staticTokens(known), ...(options.tokens ?? [])],
    registry,
    version: '0.0.0-test',
  });
  const url = await http.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    engine,
    store,
    registry,
    head: async () => {
      const head = await store.head()();
      if (E.isLeft(head)) throw new Error(head.left.code);
      return head.right;
    },
    ask: async (token, request) => {
      const answer = await rawHttp(url, {
        ...request,
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...request.headers },
      });
      const undocumented = undocumentedProblem(request, answer);
      if (undocumented !== undefined) throw new Error(undocumented);
      return answer;
    },
    logged: () => lines.join(''),
    drain: http.drain,
    close: async () => {
      await http.close();
      await engine.close();
      await store.close();
    },
  };
};
