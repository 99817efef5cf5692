import { makeLogger } from '../src/observability/logging.js';
import { loadConfig } from '../src/config/loadConfig.js';
import { type RunningServer, startServer } from '../src/startServer.js';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HomeserverDouble, startHomeserver } from '@account-data/tests-homeserver-double';
import { type RawAnswer, rawHttp } from './support/rawHttp.js';

let cwd: string;
let homeserver: HomeserverDouble;
let server: RunningServer;

const room = '!audit:example.org';

const start = async (rooms: string): Promise<void> => {
  await writeFile(
    join(cwd, 'account-data.yaml'),
    `auth: { tokens: [ { token: t, role: admin } ] }\n` +
      `modules: [ { module: "@account-data/module-audit-room", config: { audit_room: "${room}", sender: "@auditor:example.org" } } ]\n${rooms}`,
  );
  const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0' }, cwd })();
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  server = await startServer(config.right, { env: {}, logger: makeLogger('silent', { write: () => undefined }), print: () => undefined });
};

const onHomeserver = (): string => `rooms: { homeserver: "${homeserver.url}", access_token: user-token }`;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-redaction-'));
  homeserver = await startHomeserver();
  await start(onHomeserver());
});

afterEach(async () => {
  await server.close();
  await homeserver.close();
  await rm(cwd, { recursive: true, force: true });
});

const change = async (user: string, n: number): Promise<void> => {
  await server.engine.setAccountData(user, null, 'org.example.theme', { secret: `${user} ${n}` }, { await: 'modules' });
};

const erase = (): Promise<RawAnswer> =>
  rawHttp(server.url, { method: 'POST', path: '/v1/users/@alice:example.org/erase', headers: { authorization: 'Bearer t' } });

interface Step {
  readonly step: string;
  readonly removed: ReadonlyArray<string>;
  readonly remains: ReadonlyArray<string>;
}

const redactionsIn = ({ json }: RawAnswer): Step | undefined =>
  (json as { readonly steps: ReadonlyArray<Step> }).steps.find(({ step }) => step === 'redactions');

const aboutAlice = (): number => homeserver.events.filter(({ content }) => JSON.stringify(content).includes('@alice')).length;

describe('erasing a user whom an audit room on a homeserver was told of', () => {
  beforeEach(async () => {
    for (let n = 0; n < 3; n += 1) await change('@alice:example.org', n);
    await change('@bob:example.org', 0);
    expect(aboutAlice()).toBe(3);
  });

  it('redacts the announcements, and the receipt counts them', async () => {
    const receipt = await erase();
    expect(receipt.status).toBe(200);
    expect(redactionsIn(receipt)).toEqual({ step: 'redactions', removed: [`3 messages about the user, redacted in ${room}`], remains: [] });
    expect(aboutAlice()).toBe(0);
    expect(homeserver.events).toHaveLength(4);
    expect(JSON.stringify(homeserver.events)).toContain('@bob:example.org has changed');
  });

  it('names room and events that the homeserver does not redact, and nothing that they say', async () => {
    homeserver.leave(room, '@auditor:example.org');
    const receipt = await erase();
    expect(receipt.status).toBe(200);
    expect(redactionsIn(receipt)?.remains).toEqual([
      `3 messages about the user in ${room} (403 M_FORBIDDEN): $event0, $event1, $event2`,
    ]);
    expect(JSON.stringify(receipt.json)).not.toContain('org.example.theme');
  });

  it('names them too where messages go to the room streams of the log now', async () => {
    await server.close();
    await start('');
    expect(redactionsIn(await erase())?.remains).toEqual([
      `3 messages about the user in ${room} (no homeserver is configured to redact it on): $event0, $event1, $event2`,
    ]);
  });

  it('is finished by the next start where the homeserver was down, and nothing of the user stayed here', async () => {
    const stop = Array.from({ length: 6 }, () => ({ status: 503 }));
    homeserver.misbehave(...stop);
    const refused = await erase();
    expect(refused).toMatchObject({ status: 503, json: { code: 'erasure_incomplete' } });
    expect(aboutAlice()).toBe(3);
    expect(server.engine.list('@alice:example.org')).toEqual([]);
    await server.close();
    await start(onHomeserver());
    expect(aboutAlice()).toBe(0);
  });
});
