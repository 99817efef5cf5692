import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeModuleCounters, registerEngineMetrics } from '../../src/observability/engineMetrics.js';
import { collectDefaultMetrics } from 'prom-client';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  collectDefaultMetrics({ register: server.registry });
  registerEngineMetrics(server.registry, server.engine, makeModuleCounters());
});

afterAll(async () => {
  await server.close();
});

describe('the Grafana dashboard', () => {
  it('asks only for metrics that the server has', async () => {
    await server.ask(tokens.alice, { path: '/_matrix/client/v3/account/whoami' });
    const { text } = await server.ask(null, { path: '/metrics' });
    const known = new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) => (type === 'histogram' ? [`${name}_bucket`] : [name])));
    const dashboard = await readFile(new URL('../../../../docker/grafana/account-data.json', import.meta.url), 'utf8');
    const asked = [...dashboard.matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].flatMap(([, expression = '']) =>
      [...expression.matchAll(/\b((?:account_data|nodejs|process)_\w+)\{/g)].map(([, name]) => name),
    );
    expect(asked.length).toBeGreaterThan(15);
    for (const name of asked) expect(known).toContain(name);
  });
});
