import { Position } from '@account-data/client';
import { describe, expect, it } from 'vitest';
import { type ChangeAt, type Place, placeOfMoment } from '../src/state/moments.js';

/** All orders in which changes of account data (`d`) and of tags (`t`) may stand, so many in all. */
const orders = (length: number): ReadonlyArray<string> => (length === 0 ? [''] : orders(length - 1).flatMap((order) => [`${order}d`, `${order}t`]));

const streamOf = (order: string, kind: string): ReadonlyArray<Place> =>
  Array.from(order).flatMap((letter, index) => (letter === kind ? [{ position: Position(10 * (index + 1)), time: index }] : []));

/** The places in the order of the log, each found by itself. */
const placesOf = async (order: string, looked: { count: number } = { count: 0 }): Promise<ReadonlyArray<unknown>> => {
  const streams = { data: streamOf(order, 'd'), tags: streamOf(order, 't') };
  const at: ChangeAt = (of, index) => {
    looked.count += 1;
    return Promise.resolve(streams[of][index]);
  };
  return Promise.all(Array.from(order, async (_, moment) => (await placeOfMoment({ data: streams.data.length, tags: streams.tags.length }, moment, at))?.time));
};

describe('the place of a moment', () => {
  it('is that of the change with this index, however account data and tags alternate', async () => {
    for (const order of [1, 2, 3, 4, 5, 6, 7].flatMap(orders)) expect({ order, places: await placesOf(order) }).toEqual({ order, places: Array.from(order, (_, index) => index) });
  });

  it('takes few looks', async () => {
    const order = 'dtt'.repeat(100);
    const looked = { count: 0 };
    await placesOf(order, looked);
    expect(looked.count / order.length).toBeLessThan(2 * (Math.log2(order.length) + 2));
  });

  it('is none where the changes are gone', async () => {
    expect(await placeOfMoment({ data: 2, tags: 2 }, 1, () => Promise.resolve(undefined))).toBeUndefined();
  });
});
