import { createInMemoryEventStore, type EventStore, isAfter, Revision } from '@account-data/event-store';
import { type ConfiguredModule, type ModulePolicy, defaultPolicy } from '@account-data/modules';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, EngineError, type EngineOptions, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const room = '!room:example.org';
const theme = 'org.example.theme';

const open = async (options: Partial<EngineOptions> = {}): Promise<AccountDataEngine> => {
  const store: EventStore = options.store ?? createInMemoryEventStore({ runtime: systemRuntime });
  const engine = await createAccountDataEngine({ ...options, store });
  onTestFinished(() => engine.close());
  return engine;
};

type Call = readonly [userId: string, roomId: string | null, type: string, content: unknown];

/** A module that remembers its calls. */
const recorder = (name: string, calls: Array<Call>, from: 'now' | 'start' = 'now'): ConfiguredModule => ({
  name,
  policy: { ...defaultPolicy, from: from === 'now' ? { _tag: 'Now' } : { _tag: 'Start' } },
  setUp: (api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: (userId, roomId, type, content) => {
        calls.push([userId, roomId, type, content]);
      },
    });
  },
});

describe('a caller', () => {
  test('reads its own write', async () => {
    const engine = await open();
    const change = await engine.setAccountData(alice, null, theme, { dark: true });
    expect(change).toMatchObject({ revision: '0', delivery: 'done', repeated: false });
    expect(engine.get(alice, null, theme)).toMatchObject({ content: { dark: true }, revision: '0' });
    await engine.deleteAccountData(alice, null, theme);
    expect(engine.get(alice, null, theme)).toBeUndefined();
  });

  test('is told the revision and content that its condition missed', async () => {
    const engine = await open();
    await engine.setAccountData(alice, room, theme, { v: 1 });
    const refusal = engine.setAccountData(alice, room, theme, { v: 2 }, { ifRevision: 'absent' });
    await expect(refusal).rejects.toBeInstanceOf(EngineError);
    await expect(refusal).rejects.toMatchObject({
      code: 'revision_mismatch',
      error: { current: { revision: '0', content: { v: 1 } } },
    });
    const change = await engine.setAccountData(alice, room, theme, { v: 2 }, { ifRevision: Revision(0) });
    expect(change.revision).toBe('1');
  });

  test('is refused what would exceed the bytes of the user, changes at once among them, and may always shrink', async () => {
    const limits = { maxBytesPerUser: 30 };
    const engine = await open({ limits });
    const twelveBytes = { v: '1234' };
    const started = Array.from({ length: 6 }, (_, n) => engine.setAccountData(alice, null, `t${n}`, twelveBytes));
    const settled = await Promise.allSettled(started);
    expect(settled.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 2 }, () => 'fulfilled'),
      ...Array.from({ length: 4 }, () => 'rejected'),
    ]);
    await expect(engine.setAccountData(alice, room, theme, twelveBytes)).rejects.toMatchObject({ code: 'too_much_data' });
    await engine.setAccountData(alice, null, 't0', { v: 1 });
    await engine.setAccountData(alice, room, theme, { v: 2 });
    await engine.deleteAccountData(alice, null, 't1');
    await engine.setAccountData(alice, room, theme, twelveBytes);
    await engine.setAccountData('@bob:example.org', room, theme, twelveBytes);
  });

  test('keeps its own object', async () => {
    const engine = await open();
    const content = { list: [1] };
    await engine.setAccountData(alice, null, theme, content);
    content.list.push(2);
    expect(engine.get(alice, null, theme)?.content).toEqual({ list: [1] });
    expect(Object.isFrozen(engine.get(alice, null, theme)?.content['list'])).toBe(true);
  });

  test('sets and removes tags', async () => {
    const engine = await open();
    await engine.setTag(alice, room, 'u.work', { order: 0.5 });
    expect(engine.tags(alice, room)?.tags).toEqual({ 'u.work': { order: 0.5 } });
    await engine.removeTag(alice, room, 'u.work');
    expect(engine.tags(alice, room)?.tags).toEqual({});
  });

  test('restores what a past change made', async () => {
    const engine = await open();
    const first = await engine.setAccountData(alice, null, theme, { v: 1 });
    await engine.setAccountData(alice, null, theme, { v: 2 });
    await engine.restore(alice, first.revision);
    expect(engine.get(alice, null, theme)?.content).toEqual({ v: 1 });
    const { entries } = await engine.history(alice);
    expect(entries[0]).toMatchObject({ origin: 'restore', restoredRevision: '0', previousContent: { v: 2 } });
    await expect(engine.restore(alice, Revision(99))).rejects.toMatchObject({ code: 'nothing_to_restore' });
  });

  test('is refused by a closed engine', async () => {
    const engine = await open();
    await engine.close();
    await expect(engine.setAccountData(alice, null, theme, {})).rejects.toMatchObject({ code: 'engine_closed' });
  });
});

describe('modules', () => {
  test('hear of new, changed, equal and deleted data in order, and never of tags', async () => {
    const calls: Array<Call> = [];
    const engine = await open({ modules: { configured: [recorder('r', calls)] } });
    await engine.setAccountData(alice, null, theme, { v: 1 }, { await: 'modules' });
    await engine.setAccountData(alice, room, theme, { v: 1 }, { await: 'modules' });
    await engine.setAccountData(alice, room, theme, { v: 1 }, { await: 'modules' });
    await engine.setTag(alice, room, 'u.work', {}, { await: 'modules' });
    await engine.deleteAccountData(alice, null, theme, { await: 'modules' });
    expect(calls).toEqual([
      [alice, null, theme, { v: 1 }],
      [alice, room, theme, { v: 1 }],
      [alice, room, theme, { v: 1 }],
      [alice, null, theme, {}],
    ]);
  });

  test('are called in the order in which they are configured, each awaited before the next', async () => {
    const order: Array<string> = [];
    const slow = (name: string, turns: number): ConfiguredModule => ({
      name,
      policy: defaultPolicy,
      setUp: (api) => {
        api.registerAccountDataCallbacks({
          onAccountDataUpdated: async (_user, _room, type) => {
            for (let i = 0; i < turns; i += 1) await new Promise(setImmediate);
            order.push(`${name} ${type}`);
          },
        });
      },
    });
    const engine = await open({ modules: { configured: [slow('first', 3), slow('second', 0)] } });
    await Promise.all([
      engine.setAccountData(alice, null, 'a', {}, { await: 'modules' }),
      engine.setAccountData(alice, null, 'b', {}, { await: 'modules' }),
    ]);
    expect(order).toEqual(['first a', 'second a', 'first b', 'second b']);
  });

  test('hear of nothing twice when the engine starts again', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const calls: Array<Call> = [];
    const first = await open({ store, modules: { configured: [recorder('r', calls)] } });
    await first.setAccountData(alice, null, theme, { v: 1 }, { await: 'modules' });
    await first.close();
    const second = await open({ store, modules: { configured: [recorder('r', calls)] } });
    await second.setAccountData(alice, null, theme, { v: 2 }, { await: 'modules' });
    expect(calls.map(([, , , content]) => content)).toEqual([{ v: 1 }, { v: 2 }]);
  });

  test('change account data themselves, as themselves, with the cause kept; waiting for modules inside is refused', async () => {
    const refusals: Array<unknown> = [];
    const engines: Array<AccountDataEngine> = [];
    const echo: ConfiguredModule = {
      name: 'echo',
      policy: defaultPolicy,
      setUp: (api) => {
        api.registerAccountDataCallbacks({
          onAccountDataUpdated: async (userId, _room, type, content, context) => {
            if (type !== theme) return;
            await context.api.accountDataManager.putGlobal(userId, 'org.example.echo', content);
            await engines[0]?.setAccountData(userId, null, 'x', {}, { await: 'modules' }).catch((error: unknown) => {
              refusals.push(error);
            });
          },
        });
      },
    };
    const engine = await open({ modules: { configured: [echo] } });
    engines.push(engine);
    const change = await engine.setAccountData(alice, null, theme, { v: 1 }, { await: 'modules' });
    expect(engine.get(alice, null, 'org.example.echo')?.content).toEqual({ v: 1 });
    expect(refusals).toMatchObject([{ code: 'await_modules_inside_callback' }]);
    const { entries } = await engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ type }) => type)).toEqual([theme, 'org.example.echo']);
    expect(entries[1]).toMatchObject({
      actor: { kind: 'module', id: 'echo' },
      causationId: entries[0]?.eventId,
      correlationId: entries[0]?.correlationId,
    });
    expect(change.delivery).toBe('done');
  });

  test('that fail are told to who awaits them, also amid a batch', async () => {
    const failing = (name: string, failure: ModulePolicy['failure'], fails: string): ConfiguredModule => ({
      name,
      policy: { ...defaultPolicy, failure },
      setUp: (api) => {
        api.registerAccountDataCallbacks({
          onAccountDataUpdated: (_user, _room, type) => {
            if (type === fails) throw new Error('no');
          },
        });
      },
    });
    const park = { onFailure: 'park', attempts: 1, backoff: { initial: 1, maximum: 1, factor: 1 } } as const;
    const engine = await open({ modules: { configured: [failing('a', { onFailure: 'skip' }, 'skipped'), failing('b', park, 'parked')] } });
    const set = async (...types: ReadonlyArray<string>): Promise<string> =>
      (await engine.batch(alice, types.map((type) => ({ _tag: 'SetAccountData', roomId: null, type, content: {} })), { await: 'modules' })).delivery;
    expect(await set('fine')).toBe('done');
    expect(await set('skipped')).toBe('skipped');
    expect(await set('parked')).toBe('parked');
    expect(await set('skipped', 'fine')).toBe('skipped');
    expect(await set('parked', 'skipped', 'fine')).toBe('parked');
    expect(await set('fine', 'fine')).toBe('done');
    expect((await engine.setAccountData(alice, null, 'parked', {})).delivery).toBe('done');
  });

  test('are told what was there before, if they ask', async () => {
    const before: Array<unknown> = [];
    const asking: ConfiguredModule = {
      name: 'asking',
      policy: defaultPolicy,
      setUp: (api) => {
        api.registerAccountDataCallbacks({
          onAccountDataUpdated: async (_user, _room, _type, _content, context) => {
            before.push(await context.previousContent());
          },
        });
      },
    };
    const engine = await open({ modules: { configured: [asking] } });
    await engine.setAccountData(alice, null, theme, { v: 1 }, { await: 'modules' });
    await engine.setAccountData(alice, null, theme, { v: 2 }, { await: 'modules' });
    await engine.deleteAccountData(alice, null, theme, { await: 'modules' });
    expect(before).toEqual([null, { v: 1 }, { v: 2 }]);
  });
});

describe('several engines on one log', () => {
  test('read each other’s writes by position, and keep all', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const [one, two] = [await open({ store }), await open({ store })];
    const increment = (current: { readonly [key: string]: unknown } | null): unknown => ({
      n: (typeof current?.['n'] === 'number' ? current['n'] : 0) + 1,
    });
    const changes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? one : two).updateAccountData(alice, null, theme, increment)),
    );
    const last = changes.reduce((a, b) => (isAfter(a.revision, b.revision) ? a : b));
    for (const engine of [one, two]) {
      if (last.position !== null) await engine.projection.waitForPosition(last.position, 5_000);
      expect(engine.get(alice, null, theme)?.content).toEqual({ n: 40 });
    }
    expect(one.logId).toBe(two.logId);
  });
});

describe('an erased user', () => {
  test('is told of to modules, whose failure leaves the erasure to be asked for again', async () => {
    const told: Array<string> = [];
    const failures = [new Error('elsewhere is down')];
    const cleaner: ConfiguredModule = {
      name: 'cleaner',
      policy: { ...defaultPolicy, failure: { onFailure: 'park', attempts: 1, backoff: { initial: 1, maximum: 1, factor: 1 } } },
      setUp: (api) => {
        api.registerAccountDataCallbacks({
          onAccountDataUpdated: () => {
            throw new Error('never works');
          },
          onUserErased: (userId) => {
            const failure = failures.shift();
            if (failure !== undefined) throw failure;
            told.push(userId);
          },
        });
      },
    };
    const engine = await open({ modules: { configured: [cleaner] } });
    await engine.setAccountData(alice, null, theme, { v: 1 }, { await: 'modules' });
    await engine.setAccountData('@bob:example.org', null, theme, { v: 1 }, { await: 'modules' });
    await expect(engine.eraseUser(alice)).rejects.toMatchObject({ code: 'erasure_incomplete', error: { step: 'modules' } });
    await engine.eraseUser(alice);
    expect(told).toEqual([alice]);
    const parked = await engine.modules.parked('cleaner')();
    expect(parked).toMatchObject({ right: [{ stream: 'account_data-@bob:example.org' }] });
  });

  test('is gone from state and history, can never be written again, and others stay', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const engine = await open({ store });
    await engine.setAccountData(alice, null, theme, { secret: 1 });
    await engine.setTag(alice, room, 'u.work', {});
    await engine.setAccountData('@bob:example.org', null, theme, { v: 1 });
    const receipt = await engine.eraseUser(alice, { reason: 'asked for it' });
    expect(receipt).toMatchObject({ userId: alice, final: true });
    expect(engine.list(alice)).toEqual([]);
    expect(engine.tags(alice, room)).toBeUndefined();
    expect((await engine.history(alice)).entries).toEqual([]);
    await expect(engine.setAccountData(alice, null, theme, {})).rejects.toMatchObject({ code: 'user_erased' });
    await expect(engine.setTag(alice, room, 'u.work', {})).rejects.toMatchObject({ code: 'user_erased' });
    expect(engine.get('@bob:example.org', null, theme)?.content).toEqual({ v: 1 });
    const again = await engine.eraseUser(alice);
    expect(again.erasedAt).toBe(receipt.erasedAt);
    const other = await open({ store });
    expect(other.list(alice)).toEqual([]);
    await expect(other.setAccountData(alice, null, theme, {})).rejects.toMatchObject({ code: 'user_erased' });
  });
});
