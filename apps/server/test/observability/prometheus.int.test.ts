import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { registerDiskMetrics } from '../../src/observability/diskMetrics.js';
import { makeModuleCounters, registerEngineMetrics } from '../../src/observability/engineMetrics.js';
import { registerProcessMetrics } from '../../src/observability/processMetrics.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  registerProcessMetrics(server.registry);
  registerEngineMetrics(server.registry, server.engine, makeModuleCounters());
  registerDiskMetrics(server.registry, tmpdir());
});

afterAll(async () => {
  await server.close();
});

const docker = fileURLToPath(new URL('../../../../docker/', import.meta.url));

/** The metrics by the names that expressions ask for them with. */
const knownMetrics = async (): Promise<{ readonly text: string; readonly known: ReadonlySet<string> }> => {
  await server.ask(tokens.alice, { path: '/_matrix/client/v3/account/whoami' });
  const { text } = await server.ask(null, { path: '/metrics' });
  return { text, known: new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) => (type === 'histogram' ? [`${name}_bucket`] : [name]))) };
};

const askedBy = (expressions: ReadonlyArray<string>): ReadonlyArray<string> =>
  expressions.flatMap((expression) => [...expression.matchAll(/\b(?:account_data|nodejs|process)_\w+/g)].map(([name]) => name));

const dashboard = (): Promise<string> => readFile(join(docker, 'grafana/account-data.json'), 'utf8');

const dashboardExpressions = async (): Promise<ReadonlyArray<string>> =>
  [...(await dashboard()).matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, expression = '']) => String(JSON.parse(expression)));

const alerts = join(docker, 'prometheus/alerts.yaml');

describe('the Grafana dashboard and the alerts of Prometheus', () => {
  it('ask only for metrics that the server has', async () => {
    const { known } = await knownMetrics();
    const asked = [...askedBy([await dashboard()]), ...askedBy((await readFile(alerts, 'utf8')).match(/expr: \|\n(?: {10}.*\n)+|expr: .*/g) ?? [])];
    expect(asked.length).toBeGreaterThan(30);
    for (const name of asked) expect(known).toContain(name);
  });
});

describe.skipIf(spawnSync('promtool', ['--version']).status !== 0)('by promtool (needs the package prometheus)', () => {
  const promtool = (args: ReadonlyArray<string>, input = ''): unknown => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };

  it('nothing is wrong with what the server answers', async () => {
    expect(promtool(['check', 'metrics'], (await knownMetrics()).text)).toEqual({ status: 0, said: '' });
  });

  it('each alert fires when it must, and no other', () => {
    expect(promtool(['test', 'rules', join(docker, 'prometheus/alerts.test.yaml')])).toMatchObject({ status: 0 });
  });

  it('what the dashboard asks for can be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const rules = (await dashboardExpressions()).map((expr, n) => ({ record: `panel:${n}`, expr: expr.replaceAll('$__rate_interval', '1m') }));
    await writeFile(join(folder, 'rules.yaml'), stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(promtool(['check', 'rules', join(folder, 'rules.yaml')])).toMatchObject({ status: 0 });
  });
});
