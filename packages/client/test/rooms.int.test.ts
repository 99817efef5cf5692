import { Position, isAfter } from '@account-data/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountDataClient, createAccountDataClient } from '../src/index.js';
import { type RealServer, startRealServer, tokens } from './support/realServer.js';

const ann = '@ann:example.org';
const room = '!audit:example.org';

let server: RealServer;
let admin: AccountDataClient;

beforeAll(async () => {
  server = await startRealServer(`modules:
  - { module: "@account-data/module-audit-room", config: { audit_room: "${room}", sender: "@auditor:example.org" } }
`);
  admin = createAccountDataClient({ baseUrl: server.url, token: tokens.admin });
});

afterAll(async () => {
  await server.close();
});

describe('what modules sent into a room', () => {
  it('comes in pages, and from then on as it is sent', async () => {
    for (const n of [1, 2, 3]) await admin.set(ann, null, 'a', { n }, { await: 'modules' });
    const first = await admin.roomEvents(room, { limit: 2 });
    expect(first).toMatchObject({ atEnd: false, events: [{ roomId: room, sender: '@auditor:example.org', module: 'audit-room' }, { type: 'm.room.message' }] });
    const second = await admin.roomEvents(room, { cursor: first.next });
    expect(second).toMatchObject({ atEnd: true, events: [{ content: { body: expect.stringContaining('{"n": 3}') as string } }] });

    const stop = new AbortController();
    const following = admin.followRoom(room, { cursor: second.next, signal: stop.signal });
    const next = following.next();
    const change = await admin.set(ann, null, 'a', { n: 4 });
    const { value } = await next;
    expect(value).toMatchObject({ content: { body: expect.stringContaining('{"n": 4}') as string } });
    expect(isAfter(value?.position ?? Position(0), change.position ?? Position(0))).toBe(true);
    stop.abort();
    await expect(following.next()).rejects.toMatchObject({ _tag: 'Aborted' });
  });

  it('answers without events once the wait is over, and takes no cursor of another room', async () => {
    const empty = await admin.roomEvents('!other:example.org', { wait: 50 });
    expect(empty).toMatchObject({ events: [], atEnd: true });
    await expect(admin.roomEvents(room, { cursor: empty.next })).rejects.toMatchObject({ code: 'invalid_request' });
    const service = createAccountDataClient({ baseUrl: server.url, token: tokens.service });
    await expect(service.roomEvents(room)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
