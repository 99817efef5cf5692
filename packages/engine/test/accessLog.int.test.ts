import type { Access, UserId } from '@account-data/domain';
import { type EventStore, createInMemoryEventStore } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { type Runtime, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org' as UserId;
const bob = '@bob:example.org' as UserId;
const minute = 60_000;
const day = 86_400_000;

const auditing: Access = { actor: { kind: 'service', id: 'auditing' }, role: 'auditor', userId: alice, kind: 'data' };

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(`Expected a value, got ${JSON.stringify(result.left)}`);
  return result.right;
};

/** The real runtime, whose clocks are put forward by hand. */
const movableRuntime = (start: string): { readonly runtime: Runtime; readonly advance: (by: number) => void } => {
  let passed = 0;
  const clock = { now: () => Date.parse(start) + passed, monotonic: () => passed };
  return { runtime: { ...systemRuntime, clock }, advance: (by) => void (passed += by) };
};

const stores: Readonly<Record<string, (runtime: Runtime) => Promise<EventStore>>> = {
  memory: (runtime) => Promise.resolve(createInMemoryEventStore({ runtime })),
  embedded: async (runtime) => {
    const folder = await mkdtemp(join(tmpdir(), 'access-log-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return right(await openLmdbEventStore({ path: join(folder, 'log'), runtime })());
  },
};

describe.each(Object.entries(stores))('the access log in the %s store', (_name, open) => {
  const given = async (start = '2026-11-20T10:00:00Z') => {
    const { runtime, advance } = movableRuntime(start);
    const store = await open(runtime);
    const engine = await createAccountDataEngine({ store, runtime });
    onTestFinished(async () => {
      await engine.close();
      await store.close();
    });
    return { engine, store, advance, head: async () => right(await store.head()()) };
  };
  const note = async ({ accessLog }: AccountDataEngine, access: Partial<Access> = {}): Promise<void> => right(await accessLog.note({ ...auditing, ...access })());
  const entries = async ({ accessLog }: AccountDataEngine, query: object = {}) => right(await accessLog.page({ limit: 100, ...query })()).entries;

  test('tells who looked at whose data, when and why, the newest first', async () => {
    const { engine, advance } = await given();
    await note(engine, { reason: 'ticket 4711' });
    advance(5 * minute);
    await note(engine, { userId: null, kind: 'export', actor: { kind: 'admin', id: 'root' }, role: 'admin' });
    expect(await entries(engine)).toEqual([
      { id: expect.any(String) as string, time: Date.parse('2026-11-20T10:05:00Z'), actor: { kind: 'admin', id: 'root' }, role: 'admin', userId: null, kind: 'export' },
      { id: expect.any(String) as string, time: Date.parse('2026-11-20T10:00:00Z'), ...auditing, reason: 'ticket 4711' },
    ]);
  });

  test('has one entry for what one looks at within ten minutes, also at once, and another for another reason', async () => {
    const { engine, advance, head } = await given();
    await Promise.all([note(engine), note(engine), note(engine)]);
    const before = await head();
    advance(10 * minute - 1);
    await note(engine);
    expect(await head()).toBe(before);
    advance(1);
    await note(engine);
    await note(engine, { reason: 'because' });
    await note(engine, { userId: bob });
    expect((await entries(engine)).map(({ userId, reason }) => [userId, reason])).toEqual([[bob, undefined], [alice, 'because'], [alice, undefined], [alice, undefined]]);
  });

  test('is noted again where the note before failed', async () => {
    const { runtime } = movableRuntime('2026-11-20T10:00:00Z');
    const store = await open(runtime);
    let failing = true;
    const flaky: EventStore = {
      ...store,
      append: (stream, events, expected) =>
        failing && stream.startsWith('account_data_access') ? () => Promise.resolve(E.left({ _tag: 'StoreClosed', code: 'store_closed', message: 'closed' } as const)) : store.append(stream, events, expected),
    };
    const engine = await createAccountDataEngine({ store: flaky, runtime });
    expect(E.isLeft(await engine.accessLog.note(auditing)())).toBe(true);
    failing = false;
    await note(engine);
    expect(await entries(engine)).toHaveLength(1);
    await engine.close();
    await store.close();
  });

  test('is found by user, with what was looked at of all users, by actor and by kind', async () => {
    const { engine } = await given();
    await note(engine, { userId: bob });
    await note(engine, { userId: null, actor: { kind: 'admin', id: 'root' } });
    await note(engine, { kind: 'feed' });
    const whom = async (query: object) => (await entries(engine, query)).map(({ userId, kind }) => `${String(userId)} ${kind}`);
    expect(await whom({ userId: alice })).toEqual([`${alice} feed`, 'null data']);
    expect(await whom({ actor: 'root' })).toEqual(['null data']);
    expect(await whom({ kind: 'data' })).toEqual(['null data', `${bob} data`]);
  });

  test('comes in pages, across months', async () => {
    const { engine, advance } = await given('2026-09-29T23:30:00Z');
    for (let i = 0; i < 7; i += 1) {
      await note(engine, { reason: String(i) });
      advance(10 * day);
    }
    const found: Array<string | undefined> = [];
    for (let after: object = {}; ; ) {
      const page = right(await engine.accessLog.page({ limit: 2, ...after })());
      expect(page.entries.length).toBeLessThanOrEqual(2);
      found.push(...page.entries.map(({ reason }) => reason));
      if (page.next === undefined) break;
      after = { after: page.next };
    }
    expect(found).toEqual(['6', '5', '4', '3', '2', '1', '0']);
  });

  test('forgets whole months that ended before a time, and takes new entries', async () => {
    const { engine, advance } = await given('2026-09-29T00:00:00Z');
    for (let i = 0; i < 4; i += 1) {
      await note(engine, { reason: String(i) });
      advance(25 * day);
    }
    const forget = async (time: string): Promise<number> => right(await engine.accessLog.forgetBefore(Date.parse(time))());
    expect(await forget('2026-10-31T00:00:00Z')).toBe(1);
    expect((await entries(engine)).map(({ reason }) => reason)).toEqual(['3', '2', '1']);
    expect(await forget('2026-10-31T00:00:00Z')).toBe(0);
    expect(await forget('2027-06-01T00:00:00Z')).toBe(3);
    expect(await entries(engine)).toEqual([]);
    advance(60 * day);
    await note(engine);
    expect(await entries(engine)).toHaveLength(1);
  });

  test('is no account data: neither feed nor export nor projection has it, and an erased user’s entries stay', async () => {
    const { engine } = await given();
    await engine.setAccountData(alice, null, 't', { a: 1 });
    await note(engine);
    const feed: Array<string> = [];
    for await (const item of engine.feed({ after: 'start', filter: { tags: true }, toEnd: true })) feed.push(item._tag);
    expect(feed).toEqual(['AccountDataUpdated', 'Progress']);
    const lines: Array<string> = [];
    for await (const line of engine.exportLog()) lines.push(JSON.stringify(line));
    expect(lines.join()).not.toContain('auditing');
    await engine.eraseUser(alice);
    expect(await entries(engine, { userId: alice })).toHaveLength(1);
  });
});
