import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoomId } from '@account-data/domain';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { readRoom } from '@account-data/rooms';
import { systemRuntime as runtime } from '@account-data/runtime';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildPackages, readEffects, startDelivering } from './support/deliverProcess.js';
import { appendChange, lastProgress, names, right, until } from './support/world.js';

beforeAll(buildPackages);

/** Hundreds of times: npm run soak */
const kills = 24;
const users = 12;
const changesPerKill = 120;

const group = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string): ReadonlyMap<string, ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
};

describe('killed in the middle of callbacks', () => {
  it(`${kills} times: each change is handled at least once, in order, and stands once in the room`, { timeout: 120_000 + kills * 20_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'account-data-kill-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const path = join(folder, 'store');
    const effects = join(folder, 'effects.jsonl');
    const total = changesPerKill * (kills + 1);

    const filling = right(await openLmdbEventStore({ path, runtime })());
    const ids = new Map<string, string>();
    const counts = new Map<string, number>();
    for (let i = 0; i < total; i += 64) {
      await Promise.all(
        Array.from({ length: Math.min(64, total - i) }, async (_none, j) => {
          const user = `@user${(i + j) % users}:example.org`;
          const n = counts.get(user) ?? 0;
          counts.set(user, n + 1);
          const { eventId } = await appendChange(filling, runtime, { user, content: { n } });
          ids.set(`${user} ${n}`, eventId);
        }),
      );
    }
    await filling.close();

    const done = (): number => readEffects(effects).filter(({ phase }) => phase === 'ends').length;
    for (let kill = 0; kill < kills; kill += 1) {
      const before = done();
      const running = startDelivering({ store: { lmdb: path }, effects, owner: `run-${kill}`, slow: 4 });
      const wanted = before + Math.ceil(Math.random() * changesPerKill);
      await until(() => done() >= wanted, 'callbacks ran', 60_000);
      await running.kill();
    }
    const last = startDelivering({ store: { lmdb: path }, effects, owner: 'last', slow: 0, untilCaughtUp: true });
    expect(await last.ended).toBe(0);

    const calls = readEffects(effects).filter(({ phase }) => phase === 'begins' || phase === 'ends');
    for (const { user, n, eventId } of calls) expect(eventId).toBe(ids.get(`${user} ${n}`));
    const ended = calls.filter(({ phase }) => phase === 'ends');
    for (const module of ['plain', 'flaky']) {
      for (const [user, count] of counts) {
        const heard = ended.filter((effect) => effect.module === module && effect.user === user);
        expect(new Set(heard.map(({ n }) => n))).toEqual(new Set(Array.from({ length: count }, (_none, n) => n)));
        for (const inEpoch of group(heard, ({ epoch }) => epoch.toString()).values()) {
          const numbers = inEpoch.map(({ n }) => n);
          expect(numbers).toEqual(Array.from({ length: numbers.length }, (_none, i) => (numbers[0] ?? 0) + i));
        }
      }
    }
    // A kill repeats at most what was not written: what 20 milliseconds and the callbacks in flight hold.
    const repeated = ended.length - 2 * total;
    expect(repeated).toBeLessThanOrEqual(kills * 2 * 200);

    const store = right(await openLmdbEventStore({ path, runtime })());
    onTestFinished(() => store.close());
    const read = readRoom({ store, names }, '!room:example.org' as RoomId);
    const bodies: Array<unknown> = [];
    for (let page = right(await read('start', 1_000)()); ; page = right(await read(page.next, 1_000)())) {
      bodies.push(...page.events.map(({ content }) => content['body']));
      if (page.isEnd) break;
    }
    expect(bodies).toHaveLength(2 * total);
    expect(new Set(bodies).size).toBe(2 * total);
    expect(await lastProgress(store)).toMatchObject({ owner: null, epoch: kills + 1 });
  });
});

