import type * as MatrixBotSdk from 'matrix-bot-sdk';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

const require = createRequire(import.meta.url);

/**
 * The SDK loads its native encryption library at import, a binary that is not part of the npm package. Nothing here is
 * encrypted: an empty module takes its place.
 */
const loadSdk = (): typeof MatrixBotSdk => {
  const native = createRequire(require.resolve('matrix-bot-sdk')).resolve('@matrix-org/matrix-sdk-crypto-nodejs');
  const empty: NodeJS.Module = Object.assign(Object.create(require.cache[require.resolve('yaml')] ?? {}) as NodeJS.Module, {
    id: native,
    filename: native,
    loaded: true,
    exports: {},
  });
  require.cache[native] = empty;
  return require('matrix-bot-sdk') as typeof MatrixBotSdk;
};

let sdk: typeof MatrixBotSdk;
let server: TestServer;

beforeAll(async () => {
  sdk = loadSdk();
  const silent = (): void => undefined;
  sdk.LogService.setLogger({ trace: silent, debug: silent, info: silent, warn: silent, error: silent });
  server = await startTestServer();
});

afterAll(async () => {
  await server.close();
});

describe('matrix-bot-sdk', () => {
  it('sets and reads account data of a user and of a room', async () => {
    const client = new sdk.MatrixClient(server.url, tokens.alice);
    expect(await client.getUserId()).toBe('@alice:example.org');
    await client.setAccountData('org.example.bot', { state: [1, 2, 3] });
    expect(await client.getAccountData('org.example.bot')).toEqual({ state: [1, 2, 3] });
    expect(await client.getSafeAccountData('org.example.none', { fallback: true })).toEqual({ fallback: true });
    await client.setRoomAccountData('org.example.bot', '!work:example.org', { in: 'room' });
    expect(await client.getRoomAccountData('org.example.bot', '!work:example.org')).toEqual({ in: 'room' });
    await expect(client.setAccountData('m.push_rules', {})).rejects.toMatchObject({ statusCode: 405, body: { errcode: 'M_BAD_JSON' } });
  });

  it('syncs account data as events', async () => {
    const client = new sdk.MatrixClient(server.url, tokens.bob);
    const events: Array<unknown> = [];
    client.on('account_data', (event: unknown) => events.push(event));
    client.on('room.account_data', (roomId: string, event: unknown) => events.push([roomId, event]));
    await client.start({ account_data: { types: ['org.example.*'] } });
    const writer = new sdk.MatrixClient(server.url, tokens.bob);
    await writer.setAccountData('com.example.unwanted', { n: 0 });
    await writer.setAccountData('org.example.wanted', { n: 1 });
    await writer.setRoomAccountData('org.example.bot', '!work:example.org', { n: 2 });
    await expect
      .poll(() => events, { timeout: 15_000 })
      .toEqual([
        { type: 'org.example.wanted', content: { n: 1 } },
        ['!work:example.org', { type: 'org.example.bot', content: { n: 2 } }],
      ]);
    client.stop();
  });

  it('acts as an application service for its users', async () => {
    const client = new sdk.MatrixClient(server.url, tokens.service);
    client.impersonateUserId('@carol:example.org');
    expect(await client.getUserId()).toBe('@carol:example.org');
    await client.setAccountData('org.example.bot', { by: 'service' });
    expect(server.engine.get('@carol:example.org', null, 'org.example.bot')?.content).toEqual({ by: 'service' });
  });
});
