import { Revision } from '@account-data/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccountDataClient, createAccountDataClient } from '../src/index.js';
import { fastRuntime } from './support/fastRuntime.js';
import { type FaultProxy, startFaultProxy } from './support/FaultProxy.js';
import { type RealServer, startRealServer, tokens } from './support/realServer.js';

let server: RealServer;
let proxy: FaultProxy;
let client: AccountDataClient;
let timers: Array<number>;

beforeAll(async () => {
  server = await startRealServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  proxy = await startFaultProxy(server.url);
  const fast = fastRuntime();
  timers = fast.timers;
  client = createAccountDataClient({ baseUrl: proxy.url, token: tokens.service, runtime: fast.runtime, timeout: 30_000 });
});

afterEach(async () => {
  await proxy.close();
});

interface SentCommand {
  readonly request_key: string;
}

/** The request keys of the commands that were sent, in order. */
const sentKeys = (): ReadonlyArray<string> =>
  proxy.seen
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => (JSON.parse(body) as { readonly commands: ReadonlyArray<SentCommand> }).commands[0]?.request_key ?? '');

describe('a change whose answer is lost', () => {
  it.each([1, 3])('%i times over is in the log once, and is answered', async (losses) => {
    const user = `@lost${losses}:example.org`;
    proxy.plan(...Array.from({ length: losses }, () => ({ kind: 'dropAnswer' as const })));
    const change = await client.set(user, null, 'a', { n: 1 });
    expect(change).toMatchObject({ revision: '0', repeated: true });
    expect(await server.changesOf(user)).toBe(1);
    expect(sentKeys()).toHaveLength(losses + 1);
    expect(new Set(sentKeys()).size).toBe(1);
  });

  it('under a condition is in the log once: the retry is no conflict', async () => {
    const user = '@condition:example.org';
    proxy.plan({ kind: 'dropAnswer' });
    expect(await client.set(user, null, 'a', { n: 1 }, { ifRevision: 'absent' })).toMatchObject({ revision: '0', repeated: true });
    expect(await server.changesOf(user)).toBe(1);
  });

  it('in a batch, a tag, several commands, a restore and an update is made once', async () => {
    const user = '@each:example.org';
    const lost = { kind: 'dropAnswer' } as const;
    proxy.plan(lost);
    expect(await client.batch(user, [{ type: 'a', set: { n: 1 } }, { type: 'b', set: { n: 1 } }])).toMatchObject({ revisions: ['0', '1'], repeated: true });
    proxy.plan(lost);
    expect(await client.perform([{ command: 'set', userId: user, type: 'c', content: {} }])).toMatchObject([{ change: { revision: '2', repeated: true } }]);
    proxy.plan(lost);
    expect(await client.restore(user, Revision(0))).toMatchObject({ revision: '3', repeated: true });
    proxy.plan(lost, lost);
    await client.update(user, null, 'a', (current) => ({ n: Number(current?.['n']) + 1 }));
    expect(await client.get(user, null, 'a')).toMatchObject({ content: { n: 2 }, revision: '4' });
    expect(await server.changesOf(user)).toBe(5);
    proxy.plan(lost);
    expect(await client.setTag(user, '!r:x.y', 'u.a', {})).toMatchObject({ revision: '0', repeated: true });
  });

  it('is a failure when the client may not try again, and goes on with the same key', async () => {
    const user = '@once:example.org';
    const single = createAccountDataClient({ baseUrl: proxy.url, token: tokens.service, retries: { attempts: 1 } });
    proxy.plan({ kind: 'dropAnswer' });
    await expect(single.set(user, null, 'a', { n: 1 }, { requestKey: 'k' })).rejects.toMatchObject({ _tag: 'NetworkFailure', code: 'network_failure' });
    expect(await single.set(user, null, 'a', { n: 1 }, { requestKey: 'k' })).toMatchObject({ repeated: true });
    expect(await server.changesOf(user)).toBe(1);
  });
});

describe('what passes by itself', () => {
  it.each([
    [{ kind: 'refuse' }],
    [{ kind: 'answer', status: 503 }],
    [{ kind: 'answer', status: 429, headers: { 'retry-after': '0' } }],
    [{ kind: 'answer', status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    [{ kind: 'cutAfter', bytes: 3 }],
    [{ kind: 'silence' }],
  ] as const)('is tried again: %j', async (fault) => {
    const user = `@passes-${fault.kind}${'status' in fault ? fault.status : ''}:example.org`;
    proxy.plan(fault, fault);
    await client.set(user, null, 'a', { n: 1 });
    expect(await server.changesOf(user)).toBe(1);
    proxy.plan(fault, fault);
    expect(await client.get(user, null, 'a')).toMatchObject({ content: { n: 1 } });
    expect(proxy.seen).toHaveLength(6);
  }, 30_000);

  it('waits as long as the server asks, and longer each time', async () => {
    const busy = { kind: 'answer', status: 503, headers: { 'retry-after': '2' } } as const;
    proxy.plan(busy, { kind: 'refuse' }, { kind: 'refuse' });
    expect(await client.get('@a:b.c', null, 'a')).toBeUndefined();
    // Retry-After and half of the first backoff; then half of the second and of the third.
    expect(timers.filter((milliseconds) => milliseconds < 5_000)).toEqual([2_050, 100, 200]);
  });

  it('is given up after as many attempts as there may be, and where the server asks for too long', async () => {
    proxy.plan(...Array.from({ length: 9 }, () => ({ kind: 'refuse' as const })));
    await expect(client.get('@a:b.c', null, 'a')).rejects.toMatchObject({ _tag: 'NetworkFailure' });
    expect(proxy.seen).toHaveLength(5);
    const hour = { kind: 'answer', status: 503, headers: { 'retry-after': '3600' } } as const;
    proxy.plan(hour);
    await expect(client.get('@a:b.c', null, 'a')).rejects.toMatchObject({ _tag: 'UnexpectedAnswer', status: 503, retryAfter: 3_600_000 });
    expect(proxy.seen).toHaveLength(6);
    proxy.plan({ kind: 'silence' }, { kind: 'silence' });
    const impatient = createAccountDataClient({ baseUrl: proxy.url, token: tokens.service, atLeast: 'any', timeout: 100, retries: { attempts: 2, firstDelay: 1 } });
    await expect(impatient.state('@a:b.c', { waitTimeout: 0 })).rejects.toMatchObject({ _tag: 'TimedOut', code: 'timed_out' });
  });

  it('is no reason to try again what must not be: a refusal, a drop of parked deliveries', async () => {
    await expect(client.set('@a:b.c', null, 'm.fully_read', {})).rejects.toMatchObject({ code: 'protected_type' });
    expect(proxy.seen).toHaveLength(1);
    proxy.plan({ kind: 'refuse' });
    await expect(client.modules.drop('any', 'all')).rejects.toMatchObject({ _tag: 'NetworkFailure' });
    expect(proxy.seen).toHaveLength(2);
  });

  it('is not waited for after an abort', async () => {
    const stop = new AbortController();
    proxy.plan({ kind: 'silence' });
    const pending = client.get('@a:b.c', null, 'a', { signal: stop.signal });
    await expect.poll(() => proxy.seen.length).toBe(1);
    stop.abort();
    await expect(pending).rejects.toMatchObject({ _tag: 'Aborted', code: 'aborted' });
    await expect(client.get('@a:b.c', null, 'a', { signal: stop.signal })).rejects.toMatchObject({ _tag: 'Aborted' });
    expect(proxy.seen).toHaveLength(1);
  });
});

describe('an answer that is not of this API', () => {
  it.each([
    ['no JSON', 'hello', 'not JSON'],
    ['other JSON', '{"room_id":5}', '/room_id'],
  ])('%s is refused with the place, without the value', async (_, body, words) => {
    proxy.plan({ kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body });
    const refused = client.get('@a:b.c', null, 'a');
    await expect(refused).rejects.toMatchObject({ _tag: 'UnexpectedAnswer', code: 'unexpected_answer', status: 200 });
    await expect(refused).rejects.toThrow(words);
    expect(proxy.seen).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('a redirect by %i is refused, and nobody else is asked', async (status) => {
    const elsewhere = await startFaultProxy(server.url);
    try {
      proxy.plan({ kind: 'answer', status, headers: { location: `${elsewhere.url}/v1` } });
      await expect(client.get('@a:b.c', null, 'a')).rejects.toMatchObject({ _tag: 'UnexpectedAnswer', code: 'unexpected_answer', status });
      expect(proxy.seen).toHaveLength(1);
      expect(elsewhere.seen).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('but has more than is known here is taken', async () => {
    const body = JSON.stringify({
      room_id: null, type: 'a', content: {}, revision: '1', position: '2', time: '2026-01-01T00:00:00.000Z',
      event_id: '00000000-0000-4000-8000-000000000000', deleted: false, new_in_version_9: true,
    });
    proxy.plan({ kind: 'answer', status: 200, body });
    expect(await client.get('@a:b.c', null, 'a')).toMatchObject({ revision: '1', time: Date.parse('2026-01-01T00:00:00Z') });
  });
});

describe('reads', () => {
  it('ask for the highest position that was answered, unless told otherwise', async () => {
    const change = await client.set('@pos:example.org', null, 'a', { n: 1 }, { await: 'appended' });
    expect(client.position()).toMatch(new RegExp(`^${String(change.position)}_`));
    await client.get('@pos:example.org', null, 'a');
    expect(proxy.seen.at(-1)?.headers['account-data-wait-for']).toBe(client.position());
    await client.get('@pos:example.org', null, 'a', { atLeast: 'any' });
    expect(proxy.seen.at(-1)?.headers['account-data-wait-for']).toBeUndefined();

    const [place = '0', logId = ''] = (client.position() ?? '').split('_');
    const ahead = `${String(BigInt(place) + 1_000_000n)}_${logId}`;
    const once = createAccountDataClient({ baseUrl: proxy.url, token: tokens.service, retries: { attempts: 1 } });
    await expect(once.get('@pos:example.org', null, 'a', { atLeast: ahead, waitTimeout: 0 })).rejects.toMatchObject({ code: 'position_lost', status: 409 });
    // It was told so once, and goes on without what it remembered.
    expect(once.position()).toBeUndefined();
    await expect(once.get('@pos:example.org', null, 'a', { atLeast: '5_another-log' })).rejects.toMatchObject({ code: 'other_log', status: 409 });
    expect(await once.get('@pos:example.org', null, 'a')).toMatchObject({ content: { n: 1 } });
  });
});
