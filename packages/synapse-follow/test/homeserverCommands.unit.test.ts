import type { AccountDataType, EventMetadata, JsonObject, RoomId, Tag, UserId } from '@account-data/domain';
import type { AskedChange } from '@account-data/engine';
import { simulatedRuntime } from '@account-data/runtime';
import { expect, test } from 'vitest';
import type { CommandFetch, HomeserverAccess } from '../src/index.js';
import { HomeserverCommands } from '../src/index.js';
import type { PlacedChange, SourceChange } from '../src/SourceChange.js';

const alice = '@alice:example.org' as UserId;
const room = '!room:example.org' as RoomId;
const metadata: EventMetadata = { schemaVersion: 1, actor: { kind: 'service', id: 'settings' }, $correlationId: 'c', origin: 'api' };
const asked = (content: JsonObject): AskedChange => ({
  event: { type: 'AccountDataUpdated', data: { userId: alice, roomId: null, type: 'org.example.theme' as AccountDataType, content } },
  metadata,
  onAppended: () => undefined,
});
const key = { table: 'account_data', userId: alice, roomId: null, type: 'org.example.theme' } as const;
const committed = (commit: bigint, change: SourceChange): PlacedChange => ({ place: `p${String(commit)}`, commit, time: 0, change });
const written = (commit: bigint, content: string): PlacedChange => committed(commit, { _tag: 'RowWritten', key, content });

/** A homeserver and a database that answer when the test says so. Requests stand between the places 100 and 200. */
const openWorld = () => {
  const runtime = simulatedRuntime({ seed: 1 });
  const requests: Array<{ readonly url: string; readonly init: Parameters<CommandFetch>[1]; readonly answer: (status: number, body?: object) => void; readonly fail: (error: Error) => void }> = [];
  const fetch: HomeserverAccess['fetch'] = (url, init) =>
    new Promise((resolve, reject) => {
      requests.push({
        url,
        init,
        answer: (status, body = {}) => {
          resolve({ status, text: () => Promise.resolve(JSON.stringify(body)) });
        },
        fail: reject,
      });
    });
  const commands = new HomeserverCommands({ baseUrl: 'https://hs.example.org/', token: 'as', fetch, runtime });
  let reminders = 0;
  commands.attach({
    before: () => Promise.resolve(100n),
    after: () => Promise.resolve(200n),
    isExcluded: ({ type }) => type === 'excluded',
    remind: () => {
      reminders += 1;
    },
  });
  const request = () => {
    const last = requests.at(-1);
    if (last === undefined) throw new Error('Nothing was asked for.');
    return last;
  };
  return { runtime, commands, requests, request, reminders: () => reminders };
};

test('a change that was asked for waits until it is certain which it is, and is answered when it is in the log', async () => {
  const { runtime, commands, request, reminders } = openWorld();
  const change = asked({ theme: 'dark', n: -0 });
  const answer = commands.ask(change);
  await runtime.settle();
  expect(request()).toMatchObject({
    url: 'https://hs.example.org/_matrix/client/v3/user/%40alice%3Aexample.org/account_data/org.example.theme?user_id=%40alice%3Aexample.org',
    init: { method: 'PUT', body: '{"theme":"dark","n":0}', redirect: 'manual', headers: { authorization: 'Bearer as' } },
  });
  const others = [written(90n, '{"theme": "dark", "n": 0}'), written(120n, '{"theme": "light"}'), committed(130n, { _tag: 'UserErased', userId: '@bob:example.org' })];
  expect(commands.judge(others, 140n)).toEqual(new Map());
  const ours = written(150n, '{"n": 0, "theme": "dark"}');
  const all = [...others, ours, written(210n, '{"theme": "dark", "n": 0}')];
  expect(commands.judge(all, 220n)).toBeUndefined();
  request().answer(200);
  await runtime.settle();
  expect(reminders()).toBe(1);
  expect(commands.judge(all, 199n)).toBeUndefined();
  const answers = commands.judge(all, 200n);
  expect(answers).toEqual(new Map([[ours, { asked: change, isCertain: true }]]));
  commands.settle(answers ?? new Map());
  expect(await answer).toMatchObject({ right: 'written' });
  expect(commands.judge([written(205n, '{"theme": "dark", "n": 0}')], 230n)).toEqual(new Map());
});

test('of two equal changes none is said to be the one that was asked for', async () => {
  const { runtime, commands, request } = openWorld();
  const change = asked({ theme: 'dark' });
  const answer = commands.ask(change);
  await runtime.settle();
  request().answer(200);
  await runtime.settle();
  const [first, last] = [written(110n, '{"theme":"dark"}'), written(120n, '{"theme":"dark"}')];
  const answers = commands.judge([first, last], 200n);
  expect(answers).toEqual(new Map([[last, { asked: change, isCertain: false }]]));
  commands.settle(answers ?? new Map());
  expect(await answer).toMatchObject({ right: 'written' });
});

test('what the homeserver refuses, fails with or leaves without an answer lets equal changes go as its own', async () => {
  const outcomes: ReadonlyArray<readonly [string, (request: ReturnType<ReturnType<typeof openWorld>['request']>) => void]> = [
    ['homeserver_refused', ({ answer }) => { answer(403, { errcode: 'M_FORBIDDEN', error: 'secret' }); }],
    ['homeserver_refused', ({ answer }) => { answer(302); }],
    ['homeserver_unconfirmed', ({ answer }) => { answer(500); }],
    ['homeserver_unconfirmed', ({ fail }) => { fail(new TypeError('fetch failed')); }],
    ['homeserver_unavailable', ({ fail }) => { fail(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })); }],
  ];
  for (const [code, give] of outcomes) {
    const { runtime, commands, requests, request } = openWorld();
    const answer = commands.ask(asked({ theme: 'dark' }));
    await runtime.settle();
    const changes = [written(110n, '{"theme":"dark"}')];
    expect(commands.judge(changes, 300n)).toBeUndefined();
    give(request());
    expect(await answer).toMatchObject({ left: { code, message: expect.not.stringContaining('secret') as string } });
    expect(commands.judge(changes, 300n)).toEqual(new Map());
    expect(requests).toHaveLength(1);
  }
});

test('a token that the homeserver does not know is said to be that, with what to set', async () => {
  const { runtime, commands, request } = openWorld();
  const answer = commands.ask(asked({ theme: 'dark' }));
  await runtime.settle();
  request().answer(401, { errcode: 'M_UNKNOWN_TOKEN' });
  expect(await answer).toMatchObject({ left: { code: 'homeserver_refused', message: expect.stringContaining('app_service_config_files') as string } });
});

test('a homeserver that does not answer, and a change that does not come back, are waited for only so long', async () => {
  const { runtime, commands, request } = openWorld();
  const silent = commands.ask(asked({ theme: 'dark' }));
  await runtime.settle();
  request().init.signal.addEventListener('abort', () => { request().fail(new Error('aborted')); });
  await runtime.advance(10_000);
  expect(await silent).toMatchObject({ left: { code: 'homeserver_unconfirmed' } });
  const lost = commands.ask(asked({ theme: 'dark' }));
  await runtime.settle();
  request().answer(200);
  await runtime.settle();
  const changes = [written(110n, '{"theme":"dark"}')];
  expect(commands.judge(changes, 150n)).toBeUndefined();
  await runtime.advance(10_000);
  expect(await lost).toMatchObject({ left: { code: 'homeserver_unconfirmed' } });
  expect(commands.judge(changes, 150n)).toEqual(new Map());
});

test('a request for which nothing is written is answered so, when everything before its answer has come', async () => {
  const { runtime, commands, request } = openWorld();
  const removal = commands.ask({ event: { type: 'RoomTagRemoved', data: { userId: alice, roomId: room, tag: 'u.never' as Tag } }, metadata, onAppended: () => undefined });
  await runtime.settle();
  expect(request().init.method).toBe('DELETE');
  expect(request().init.body).toBeUndefined();
  request().answer(200);
  await runtime.settle();
  expect(commands.judge([], 199n)).toEqual(new Map());
  commands.judge([], 200n);
  expect(await removal).toMatchObject({ right: 'nothing-written' });
});

test('nothing is sent that would not come back', async () => {
  const { runtime, commands, requests, request } = openWorld();
  const event = { type: 'AccountDataUpdated', data: { userId: alice, roomId: null, type: 'excluded' as AccountDataType, content: {} } } as const;
  expect(await commands.ask({ event, metadata, onAppended: () => undefined })).toMatchObject({ left: { code: 'homeserver_unavailable' } });
  expect(requests).toEqual([]);
  const interrupted = commands.ask(asked({ theme: 'dark' }));
  await runtime.settle();
  commands.detach();
  expect(await interrupted).toMatchObject({ left: { code: 'homeserver_unconfirmed' } });
  request().answer(200);
  await runtime.settle();
  expect(await commands.ask(asked({ theme: 'dark' }))).toMatchObject({ left: { code: 'homeserver_unavailable' } });
  expect(requests).toHaveLength(1);
});
