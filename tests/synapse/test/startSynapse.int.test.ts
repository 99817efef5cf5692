import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSynapse, synapseEnvironment, titleOf } from '../src/index.js';

const environment = await synapseEnvironment();

describe.skipIf(environment.missing !== undefined)(titleOf('a real Synapse', environment), () => {
  test('takes account data of users that are registered, and has it after a power cut and a new start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'synapse-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const options = { python: environment.python ?? '', folder, database: 'sqlite' } as const;
    const first = await startSynapse(options);
    const { userId, accessToken } = await first.register('alice');
    expect(userId).toBe('@alice:example.org');
    const path = `/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/org.example.theme`;
    const headers = { authorization: `Bearer ${accessToken}` };
    const put = await fetch(first.url + path, { method: 'PUT', headers, body: '{"theme":"dark"}' });
    expect([put.status, await put.json()]).toEqual([200, {}]);
    await first.kill();
    const second = await startSynapse(options);
    onTestFinished(() => second.stop());
    expect(await (await fetch(second.url + path, { headers })).json()).toEqual({ theme: 'dark' });
  });

  test('that can not be configured says why it ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'synapse-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const config = { macaroon_secret_key: 5 };
    const starting = startSynapse({ python: environment.python ?? '', folder, database: 'sqlite', config });
    await expect(starting).rejects.toThrow(/Synapse ended before it listened[^]*macaroon_secret_key/);
  });
});
