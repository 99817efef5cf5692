import type { EventStore } from '@account-data/event-store';
import { describe, expect, it } from 'vitest';
import type { Direction } from '../src/index.js';
import { alice, bob, openProjection, right, room, setUp, type OpenProjection } from './harness.js';

const users = [alice, bob, '@carol:example.org', '@dan:example.org'];

/** The same store, as one that reads streams only. */
const readingStreams = ({ readAt: _readAt, ...store }: EventStore): EventStore => store;

/** All that history tells, in pages of so many changes and bytes. */
const toldBy = async (projection: OpenProjection, bounds: { readonly limit: number; readonly maxBytes?: number }, direction: Direction) => {
  const pages: Array<unknown> = [];
  for (let page = await right(projection.logHistory({ ...bounds, direction })); ; page = await right(projection.logHistory({ ...bounds, direction, from: page.next }))) {
    pages.push(page.entries);
    if (page.next === undefined) break;
  }
  for (const userId of users) {
    for (let page = await right(projection.history(userId, { ...bounds, direction })); ; page = await right(projection.history(userId, { ...bounds, direction, from: page.next }))) {
      pages.push(page.entries);
      if (page.next === undefined) break;
    }
    for (let page = await right(projection.tagHistory(userId, { ...bounds, direction })); ; page = await right(projection.tagHistory(userId, { ...bounds, direction, from: page.next }))) {
      pages.push(page.entries);
      if (page.next === undefined) break;
    }
    pages.push(await right(projection.asOf(userId, { time: 500 })), await right(projection.tagsAsOf(userId, { time: 500 })));
  }
  return pages.flat();
};

describe('history', () => {
  it('is the same from a store that reads streams only, whatever the pages', async () => {
    let now = 0;
    const { log, store, projection } = await setUp({ clock: () => now });
    for (let n = 0; n < 240; n += 1) {
      now += 5;
      const userId = users[(n * n) % 4] ?? alice;
      await log.set(userId, n % 3 === 0 ? room : null, `type ${n % 7}`, { n, text: 'x'.repeat((n % 13) * 40) });
      await (n % 4 === 0 ? log.setTag(userId, room, `u.${n % 3}`) : undefined);
      if (n === 100) await projection.flush();
    }
    const other = await openProjection(readingStreams(store));
    await other.waitUntilReady(5_000);
    const whole = { forwards: await toldBy(projection, { limit: 1_000 }, 'forwards'), backwards: await toldBy(projection, { limit: 1_000 }, 'backwards') };
    expect(whole.forwards.length).toBeGreaterThan(500);
    for (const bounds of [{ limit: 1_000 }, { limit: 17 }, { limit: 50, maxBytes: 2_000 }, { limit: 50, maxBytes: 1 }]) {
      for (const direction of ['forwards', 'backwards'] as const) {
        expect(await toldBy(projection, bounds, direction)).toEqual(whole[direction]);
        expect(await toldBy(other, bounds, direction)).toEqual(whole[direction]);
      }
    }
  });

  it('of a page across users is one read of the log', async () => {
    const { log, store } = await setUp();
    for (let n = 0; n < 60; n += 1) await log.set(`@user${n % 20}:example.org`, null, 'a', { n });
    const { readAt } = store;
    if (readAt === undefined) throw new Error('The store reads no events by their places.');
    const reads: Array<string> = [];
    const counting: EventStore = {
      ...store,
      read: (stream, options) => {
        reads.push(stream);
        return store.read(stream, options);
      },
      readAt: (places, options) => {
        reads.push('places');
        return readAt(places, options);
      },
    };
    const projection = await openProjection(counting);
    await projection.waitUntilReady(5_000);
    reads.length = 0;
    const { entries } = await right(projection.logHistory({ limit: 40 }));
    expect(entries.map(({ content }) => content['n'])).toEqual(Array.from({ length: 40 }, (_, n) => 59 - n));
    expect(reads).toEqual(['places']);
  });
});
