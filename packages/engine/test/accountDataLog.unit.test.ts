import { createInMemoryEventStore } from '@account-data/event-store';
import type { EventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type AccountDataLog, accountDataLog } from '../src/index.js';

const alice = '@alice:example.org';
const theme = 'org.example.theme';

const newLog = (store: EventStore = createInMemoryEventStore({ runtime: systemRuntime })): AccountDataLog =>
  accountDataLog({ store, runtime: systemRuntime });

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(`Expected a value, got ${JSON.stringify(result.left)}`);
  return result.right;
};

const left = <B>(result: E.Either<B, unknown>): B => {
  if (E.isRight(result)) throw new Error('Expected an error.');
  return result.left;
};

describe('two instances on one log', () => {
  test('commands of both are all appended, none overwrites another unseen', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const logs = [newLog(store), newLog(store)] as const;
    const increment = (current: { readonly [key: string]: unknown } | null): unknown => ({
      count: (typeof current?.['count'] === 'number' ? current['count'] : 0) + 1,
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => logs[i % 2 === 0 ? 0 : 1].tasks.updateAccountData(alice, null, theme, increment)()),
    ).then((results) => {
      for (const result of results) right(result);
    });
    const state = right(await logs[0].state(alice)());
    expect(state.entry(null, theme as never)?.content).toEqual({ count: 20 });
    expect(state.head).toBe('19');
  });

  test('a condition fails only when its own key moved', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const [one, two] = [newLog(store), newLog(store)];
    const first = right(await one.tasks.setAccountData(alice, null, theme, { v: 1 })());
    right(await two.tasks.setAccountData(alice, null, 'org.example.other', { v: 1 })());
    right(await one.tasks.setAccountData(alice, null, theme, { v: 2 }, { ifRevision: first.revision })());
    const refusal = left(await two.tasks.setAccountData(alice, null, theme, { v: 3 }, { ifRevision: first.revision })());
    expect(refusal).toMatchObject({ code: 'revision_mismatch', current: { revision: '2', content: { v: 2 } } });
    expect(right(await one.state(alice)()).head).toBe('2');
  });
});

describe('changes in flight', () => {
  test('64 changes of one user share appends', async () => {
    let appends = 0;
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const counting: EventStore = {
      ...store,
      append: (...args) => {
        appends += 1;
        return store.append(...args);
      },
    };
    const log = newLog(counting);
    const changes = await Promise.all(
      Array.from({ length: 64 }, (_, i) => log.tasks.setAccountData(alice, null, `t${String(i)}`, { i })()),
    );
    expect(changes.map((change) => right(change).revision)).toEqual(Array.from({ length: 64 }, (_, i) => String(i)));
    expect(appends).toBe(1);
  });

  test('a refused command does not hinder those beside it', async () => {
    const log = newLog();
    const [a, b, c] = await Promise.all([
      log.tasks.setAccountData(alice, null, theme, { v: 1 })(),
      log.tasks.setAccountData(alice, null, theme, { v: 2 }, { ifRevision: 'absent' })(),
      log.tasks.setAccountData(alice, null, theme, { v: 3 })(),
    ]);
    expect(right(a).revision).toBe('0');
    expect(left(b)).toMatchObject({ code: 'revision_mismatch', current: { revision: '0' } });
    expect(right(c).revision).toBe('1');
  });

  test('a function that throws fails its own command alone', async () => {
    const log = newLog();
    const boom = log.tasks.updateAccountData(alice, null, theme, () => {
      throw new RangeError('no');
    })();
    const fine = log.tasks.setAccountData(alice, null, theme, { v: 1 })();
    await expect(boom).rejects.toThrow('no');
    expect(right(await fine).revision).toBe('0');
  });

  test('a group larger than one append may be is split, in order', async () => {
    const log = newLog();
    const content = { text: 'x'.repeat(60_000) };
    const changes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => log.tasks.setAccountData(alice, null, `t${String(i)}`, content)()),
    );
    expect(changes.map((change) => right(change).revision)).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
  });
});

describe('request keys', () => {
  test('a retry answers the same and appends nothing', async () => {
    const log = newLog();
    const first = right(await log.tasks.setAccountData(alice, null, theme, { a: 1, b: 2 }, { requestKey: 'k' })());
    right(await log.tasks.setAccountData(alice, null, 'org.example.other', {})());
    const again = right(await log.tasks.setAccountData(alice, null, theme, { b: 2, a: 1 }, { requestKey: 'k' })());
    expect(again).toMatchObject({ revision: first.revision, repeated: true });
    expect(right(await log.state(alice)()).head).toBe('1');
  });

  test('both of two at once are one', async () => {
    const log = newLog();
    const [a, b] = await Promise.all([
      log.tasks.setAccountData(alice, null, theme, { v: 1 }, { requestKey: 'k' })(),
      log.tasks.setAccountData(alice, null, theme, { v: 1 }, { requestKey: 'k' })(),
    ]);
    expect([right(a).repeated, right(b).repeated]).toEqual([false, true]);
    expect(right(await log.state(alice)()).head).toBe('0');
  });

  test('another payload under the same key is refused', async () => {
    const log = newLog();
    right(await log.tasks.setAccountData(alice, null, theme, { v: 1 }, { requestKey: 'k' })());
    const other = await log.tasks.setAccountData(alice, null, theme, { v: 2 }, { requestKey: 'k' })();
    expect(left(other)).toMatchObject({ code: 'request_key_reused' });
  });

  test('a batch repeats as a whole', async () => {
    const log = newLog();
    const items = [
      { _tag: 'SetAccountData', roomId: null, type: 'a', content: { v: 1 } },
      { _tag: 'DeleteAccountData', roomId: '!r:example.org', type: 'b' },
    ] as const;
    const first = right(await log.tasks.batch(alice, items, { requestKey: 'k' })());
    const again = right(await log.tasks.batch(alice, items, { requestKey: 'k' })());
    expect(again).toMatchObject({ revisions: first.revisions, repeated: true });
    expect(first.revisions).toEqual(['0', '1']);
  });
});

describe('a batch', () => {
  test('is appended whole or not at all', async () => {
    const log = newLog();
    const refused = left(
      await log.tasks.batch(alice, [
        { _tag: 'SetAccountData', roomId: null, type: 'a', content: { v: 1 } },
        { _tag: 'SetAccountData', roomId: null, type: 'a', content: { v: 2 }, ifRevision: 'absent' },
      ])(),
    );
    expect(refused).toMatchObject({ code: 'batch_item_refused', index: 1, error: { code: 'revision_mismatch' } });
    expect(right(await log.state(alice)()).head).toBe('no-stream');
  });

  test('without items is refused', async () => {
    expect(left(await newLog().tasks.batch(alice, [])())).toMatchObject({ code: 'invalid_batch' });
  });
});

describe('history', () => {
  test('tells who changed what from what to what, in pages', async () => {
    const log = newLog();
    const admin = { kind: 'admin', id: 'root' } as const;
    right(await log.tasks.setAccountData(alice, null, theme, { v: 1 })());
    right(await log.tasks.setAccountData(alice, null, theme, { v: 2 }, { actor: admin, reason: 'tidying' })());
    right(await log.tasks.deleteAccountData(alice, null, theme)());
    const page = right(await log.history(alice, { direction: 'forwards', limit: 2 })());
    expect(page.entries).toMatchObject([
      { previousContent: null, content: { v: 1 }, actor: { kind: 'user', id: alice } },
      { previousContent: { v: 1 }, content: { v: 2 }, actor: admin, reason: 'tidying' },
    ]);
    const rest = right(await log.history(alice, { direction: 'forwards', limit: 2, from: page.next as never })());
    expect(rest.entries).toMatchObject([{ previousContent: { v: 2 }, content: {}, previousRevision: '1' }]);
    expect(rest.next).toBeUndefined();
  });
});

describe('a long stream', () => {
  const room = '!r:example.org';

  test('is read a page at a time, and no further than is asked for', async () => {
    const inner = createInMemoryEventStore({ runtime: systemRuntime });
    let reads = 0;
    const store: EventStore = {
      ...inner,
      read: (...args) => {
        reads += 1;
        return inner.read(...args);
      },
    };
    const log = newLog(store);
    for (let first = 0; first < 3_500; first += 100) {
      const items = Array.from({ length: 100 }, (_, i) => i + first);
      right(await log.tasks.batch(alice, items.map((i) => ({ _tag: 'SetAccountData', roomId: null, type: `k${String(i % 7)}`, content: { i } })))());
      await Promise.all(items.map((i) => log.tasks.setTag(alice, room, `u.${String(i % 7)}`, { order: i / 3_500 })().then(right)));
    }
    const readsOf = async <A>(work: () => Promise<A>): Promise<{ readonly result: A; readonly reads: number }> => {
      reads = 0;
      const result = await work();
      return { result, reads };
    };

    const then = await readsOf(log.state(alice, { revision: '1499' as never }));
    expect(right(then.result)).toMatchObject({ head: '1499', keyCount: 7 });
    expect(right(then.result).entry(null, 'k1' as never)).toMatchObject({ content: { i: 1_499 }, revision: '1499' });
    expect(right(then.result).entry(null, 'k2' as never)).toMatchObject({ content: { i: 1_493 }, revision: '1493' });
    expect(then.reads).toBe(2);
    expect(right(await log.state(alice)())).toMatchObject({ head: '3499', keyCount: 7 });
    const tagsThen = await readsOf(log.tagState(alice, { revision: '1499' as never }));
    expect(right(tagsThen.result)).toMatchObject({ head: '1499', keyCount: 7 });
    expect(tagsThen.reads).toBe(2);

    const query = { roomId: room, tag: 'u.1', limit: 3 };
    const history = { roomId: null, type: 'k1', limit: 3 };
    const firsts = await readsOf(log.history(alice, { ...history, direction: 'forwards' }));
    const page = right(firsts.result);
    expect(page.entries.map(({ revision }) => revision)).toEqual(['1', '8', '15']);
    expect(page.next).toBe('22');
    expect(firsts.reads).toBe(1);
    const lasts = right(await log.history(alice, { ...history, direction: 'backwards' })());
    expect(lasts.entries.map(({ revision }) => revision)).toEqual(['3494', '3487', '3480']);
    expect(lasts.entries[0]).toMatchObject({ content: { i: 3_494 }, previousContent: { i: 3_487 }, previousRevision: '3487' });
    expect(lasts.next).toBe('3473');
    const firstTags = await readsOf(log.tagHistory(alice, { ...query, direction: 'forwards' }));
    expect(right(firstTags.result).entries.map(({ revision }) => revision)).toEqual(['1', '8', '15']);
    expect(firstTags.reads).toBe(1);
    const lastTags = right(await log.tagHistory(alice, { ...query, direction: 'backwards' })());
    expect(lastTags.entries.map(({ revision }) => revision)).toEqual(['3494', '3487', '3480']);
    expect(lastTags.next).toBe('3473');
  });
});

describe('what is refused', () => {
  test.each([
    ['a malformed user', 'alice', null, theme, {}, 'invalid_user_id'],
    ['a malformed room', alice, 'room', theme, {}, 'invalid_room_id'],
    ['a protected type', alice, null, 'm.push_rules', {}, 'protected_type'],
    ['NUL in a type', alice, null, 'a\0b', {}, 'invalid_type'],
  ])('%s appends nothing', async (_, user, room, type, content, code) => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    expect(left(await newLog(store).tasks.setAccountData(user, room, type, content)())).toMatchObject({ code });
    expect(right(await store.head()())).toBe('start');
  });

  test('a user of another server appends nothing', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const log = accountDataLog({ store, runtime: systemRuntime, serverName: 'example.com' });
    expect(left(await log.tasks.setTag(alice, '!r:example.org', 'u.work', {})())).toMatchObject({ code: 'not_local_user' });
    expect(right(await store.head()())).toBe('start');
  });
});
