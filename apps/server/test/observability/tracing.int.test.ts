import { createServer } from 'node:http';
import type { Server } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import { makeLogger } from '../../src/observability/logging.js';
import { tracingChoice } from '../../src/observability/Tracing.js';
import { startServer } from '../../src/startServer.js';
import { rawHttp } from '../support/rawHttp.js';

interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly links?: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>;
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>;
}

let cwd: string;
let collector: Server;
let spans: Array<ExportedSpan>;
let bodies: string;

/** A collector of OTLP over HTTP as JSON. */
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-tracing-'));
  spans = [];
  bodies = '';
  collector = createServer((request, response) => {
    const chunks: Array<Buffer> = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      bodies += text;
      const body = JSON.parse(text) as {
        readonly resourceSpans: ReadonlyArray<{ readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<ExportedSpan> }> }>;
      };
      for (const { scopeSpans } of body.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  collector.closeAllConnections();
  await new Promise<void>((resolve) => collector.close(() => { resolve(); }));
  await rm(cwd, { recursive: true, force: true });
});

describe('traces', () => {
  it('go from the client through the request to the callback that it caused, without contents', async () => {
    await writeFile(
      join(cwd, 'probe.mjs'),
      `export const module = { name: 'probe', parseConfig: (config) => config, setUp: (_config, api) => api.registerAccountDataCallbacks({ onAccountDataUpdated: () => {} }) };`,
    );
    await writeFile(join(cwd, 'account-data.yaml'), 'auth: { tokens: [ { token: t, role: admin } ] }\nmodules: [ { module: ./probe.mjs } ]');
    const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0' }, cwd })();
    if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
    const address = collector.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_SERVICE_NAME: 'account-data-test' };
    Object.assign(process.env, variables);
    try {
      const server = await startServer(config.right, {
        env: variables,
        logger: makeLogger('silent', { write: () => undefined }),
        print: () => undefined,
      });
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      await rawHttp(server.url, {
        method: 'PUT',
        path: '/v1/users/@alice:example.org/account_data/org.example.theme?await=modules',
        headers: { authorization: 'Bearer t', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
        body: '{"secret":"hunter2"}',
      });
      await server.close();
      const request = spans.find(({ name }) => name === 'PUT /v1/users/:userId/account_data/:type');
      const callback = spans.find(({ name }) => name === 'module probe');
      expect(request).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' });
      expect(callback).toMatchObject({ traceId, parentSpanId: request?.spanId, links: [{ traceId, spanId: request?.spanId }] });
      expect(bodies).toContain('account-data-test');
      expect(bodies).not.toContain('hunter2');
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    }
  });
});

describe('the standard variables', () => {
  it.each([
    [{}, 'Off'],
    [{ OTEL_TRACES_EXPORTER: '' }, 'Off'],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }, 'Off'],
    [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }, 'Off'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }, 'On'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' }, 'On'],
    [{ OTEL_TRACES_EXPORTER: 'console' }, 'On'],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'Unusable'],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'Unusable'],
  ])('%j: %s', (env, expected) => {
    expect(tracingChoice(env)._tag).toBe(expected);
  });
});
