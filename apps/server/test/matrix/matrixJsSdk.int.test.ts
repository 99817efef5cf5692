import { ClientEvent, RoomEvent, SyncState, createClient } from 'matrix-js-sdk';
import type { MatrixClient, MatrixEvent } from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

/** The types that these tests use, for the SDK's own typing. */
declare module 'matrix-js-sdk/lib/@types/event.js' {
  interface AccountDataEvents {
    'org.example.theme': { theme: string };
    'org.example.a/b ☃': { n: number };
  }
}

const ignore = (): void => undefined;
const silent: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, getChild: () => silent };

let server: TestServer;
const clients: Array<MatrixClient> = [];

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  for (const client of clients) client.stopClient();
  await server.close();
});

const clientOf = (user: 'alice' | 'bob'): MatrixClient => {
  const client = createClient({ baseUrl: server.url, userId: `@${user}:example.org`, accessToken: tokens[user], logger: silent });
  clients.push(client);
  return client;
};

/** Resolved with the first event that the predicate accepts. */
const heard = (client: MatrixClient, accepts: (event: MatrixEvent) => boolean): Promise<MatrixEvent> =>
  new Promise((resolve) => {
    client.on(ClientEvent.AccountData, (event) => {
      if (accepts(event)) resolve(event);
    });
  });

const heardOfRoom = (client: MatrixClient, accepts: (event: MatrixEvent) => boolean): Promise<MatrixEvent> =>
  new Promise((resolve) => {
    client.on(RoomEvent.AccountData, (event) => {
      if (accepts(event)) resolve(event);
    });
    client.on(RoomEvent.Tags, (event) => {
      if (accepts(event)) resolve(event);
    });
  });

describe('matrix-js-sdk', () => {
  it('sets, reads and deletes account data and tags', async () => {
    const client = clientOf('alice');
    expect(await client.whoami()).toMatchObject({ user_id: '@alice:example.org' });
    expect(await client.doesServerSupportUnstableFeature('org.matrix.msc3391')).toBe(true);
    await client.setAccountDataRaw('org.example.theme', { theme: 'dark' });
    expect(await client.getAccountDataFromServer('org.example.theme')).toEqual({ theme: 'dark' });
    await client.setAccountDataRaw('org.example.a/b ☃', { n: 1 });
    expect(server.engine.get('@alice:example.org', null, 'org.example.a/b ☃')?.content).toEqual({ n: 1 });
    await client.deleteAccountData('org.example.theme');
    expect(await client.getAccountDataFromServer('org.example.theme')).toBeNull();
    await client.setRoomAccountData('!work:example.org', 'org.example.note', { text: 'hello' });
    expect(server.engine.get('@alice:example.org', '!work:example.org', 'org.example.note')?.content).toEqual({ text: 'hello' });
    await client.setRoomTag('!work:example.org', 'm.favourite', { order: 0.5 });
    expect(await client.getRoomTags('!work:example.org')).toEqual({ tags: { 'm.favourite': { order: 0.5 } } });
    await client.deleteRoomTag('!work:example.org', 'm.favourite');
    expect(await client.getRoomTags('!work:example.org')).toEqual({ tags: {} });
  });

  it('refuses with errors that the SDK understands', async () => {
    const client = clientOf('alice');
    await expect(client.setRoomAccountData('!work:example.org', 'm.tag', { tags: {} })).rejects.toMatchObject({
      errcode: 'M_BAD_JSON',
      httpStatus: 405,
    });
    const stranger = createClient({ baseUrl: server.url, userId: '@alice:example.org', accessToken: 'wrong', logger: silent });
    await expect(stranger.whoami()).rejects.toMatchObject({ errcode: 'M_UNKNOWN_TOKEN', httpStatus: 401 });
  });

  it('syncs: what there is, then changes as they happen, deletions and tags included', async () => {
    const writer = clientOf('bob');
    // The SDK learns from /versions where deletion is.
    await writer.getVersions();
    await writer.setAccountDataRaw('org.example.theme', { theme: 'before' });
    await writer.setRoomAccountData('!work:example.org', 'org.example.note', { text: 'before' });
    await writer.setRoomTag('!work:example.org', 'u.work', { order: 0.1 });

    const reader = clientOf('bob');
    const prepared = new Promise<void>((resolve) => {
      reader.on(ClientEvent.Sync, (state) => {
        if (state === SyncState.Prepared) resolve();
      });
    });
    await reader.startClient({ initialSyncLimit: 1 });
    await prepared;
    expect(reader.getAccountData('org.example.theme')?.getContent()).toEqual({ theme: 'before' });
    const room = reader.getRoom('!work:example.org');
    expect(room?.getAccountData('org.example.note')?.getContent()).toEqual({ text: 'before' });
    expect(room?.tags).toEqual({ 'u.work': { order: 0.1 } });

    const changed = heard(reader, (event) => event.getContent()['theme'] === 'after');
    await writer.setAccountDataRaw('org.example.theme', { theme: 'after' });
    await changed;
    expect(reader.getAccountData('org.example.theme')?.getContent()).toEqual({ theme: 'after' });

    const untagged = heardOfRoom(reader, (event) => event.getType() === 'm.tag');
    await writer.deleteRoomTag('!work:example.org', 'u.work');
    await untagged;
    expect(reader.getRoom('!work:example.org')?.tags).toEqual({});

    const deleted = heard(reader, (event) => event.getType() === 'org.example.theme' && Object.keys(event.getContent()).length === 0);
    await writer.deleteAccountData('org.example.theme');
    await deleted;

    // The SDK waits for its own change to come back by sync.
    await reader.setAccountData('org.example.theme', { theme: 'echoed' });
    expect(reader.getAccountData('org.example.theme')?.getContent()).toEqual({ theme: 'echoed' });
  });
});
