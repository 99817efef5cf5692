import { reusedReadBuffer } from '@account-data/event-store/contract';
import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../src/layout/Environment.js';
import { isPacked } from '../src/layout/blockTables.js';
import { encodeBlock, encodeListedBlock } from '../src/layout/encodeBlock.js';
import { createKnownBlocks } from '../src/layout/KnownBlocks.js';
import { createLogReader } from '../src/layout/LogReader.js';
import { StoreDamage } from '../src/layout/StoreDamage.js';

const textOf = (position: number, noise: string): string =>
  JSON.stringify(['account_data-@a:example.org', position, `id-${position}`, 'Happened', { n: position, [noise]: noise }, { actor: 'a' }, 1_000]);

const blockOf = (key: number, count: number, noise = ''): Buffer => encodeBlock(Array.from({ length: count }, (_, index) => textOf(key + index, noise)), key, 0);

/** Two packed blocks, one with gaps between its positions, and one that is not packed. */
const makeBlocks = (): Map<number, Buffer> =>
  new Map([
    [1, blockOf(1, 4)],
    [5, blockOf(5, 3)],
    [8, encodeListedBlock([8, 10, 11].map((position) => textOf(position, '')), [8, 10, 11], 0, 2)],
    [12, blockOf(12, 1, Array.from({ length: 60 }, (_, n) => String.fromCharCode(33 + ((n * n * 31) % 90))).join(''))],
  ]);
const positions = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12];

/** An object that has these members only: what is read here. */
const withOnly = (members: object): Environment['log'] & Environment['meta'] =>
  Object.create(null, Object.getOwnPropertyDescriptors(members)) as Environment['log'] & Environment['meta'];

/** What of an environment a reader uses, over blocks that can be changed behind it. */
const environmentOf = (blocks: ReadonlyMap<number, Buffer>): Pick<Environment, 'log' | 'meta' | 'file'> & { readonly looked: () => number } => {
  const handOut = reusedReadBuffer();
  let looked = 0;
  const log = {
    getKeys: ({ start, reverse = false, limit }: { readonly start: number; readonly reverse?: boolean; readonly limit: number }) => {
      looked += 1;
      const keys = [...blocks.keys()].filter((key) => (reverse ? key <= start : key >= start));
      return (reverse ? keys.reverse() : keys).slice(0, limit);
    },
    getBinaryFast: (key: number) => {
      const block = blocks.get(key);
      return block === undefined ? undefined : handOut(block);
    },
  };
  return { log: withOnly(log), meta: withOnly({ number: () => undefined }), file: 'events-1.mdb', looked: () => looked };
};

const read = (reader: ReturnType<typeof createLogReader>, asked: ReadonlyArray<number>): ReadonlyArray<number> =>
  reader.eventsAt(asked).events.map(({ revision }) => Number(revision));

describe('entries read by their positions', () => {
  it('are the ones that were asked for, in any order, and what was removed is left out', () => {
    const reader = createLogReader(environmentOf(makeBlocks()));
    expect(isPacked(blockOf(1, 4))).toBe(true);
    for (const asked of [positions, [...positions].reverse(), [11, 1, 12, 2, 10, 3, 5, 4, 8, 6, 7], [3, 3, 1, 1, 12, 12]]) expect(read(reader, asked)).toEqual(asked);
    expect(read(reader, [8, 9, 10])).toEqual([8, 10]);
  });

  it('of a block that was read before are found without looking for it', () => {
    const environment = environmentOf(makeBlocks());
    const reader = createLogReader(environment);
    read(reader, positions);
    const before = environment.looked();
    expect(read(reader, [...positions].reverse())).toEqual([...positions].reverse());
    expect(environment.looked()).toBe(before);
  });

  it('are what was written, or damage is told, whichever bit of a block is another, known or not', () => {
    const outcomes = { right: 0, damaged: 0 };
    for (const isKnown of [false, true]) {
      for (const [key, whole] of makeBlocks()) {
        for (let bit = 0; bit < whole.length * 8; bit += 1) {
          const blocks = makeBlocks();
          const reader = createLogReader(environmentOf(blocks));
          if (isKnown) read(reader, positions);
          const flipped = Buffer.from(whole);
          flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
          blocks.set(key, flipped);
          for (const position of positions) {
            try {
              const found = read(reader, [position]);
              if (found.length !== 1 || found[0] !== position) throw new Error(`Bit ${bit} of block ${key} (known: ${isKnown}): position ${position} gave ${found.join()}.`);
              outcomes.right += 1;
            } catch (cause) {
              if (!(cause instanceof StoreDamage)) throw cause;
              outcomes.damaged += 1;
            }
          }
        }
      }
    }
    expect(outcomes.damaged).toBeGreaterThan(10_000);
    expect(outcomes.right).toBeGreaterThan(10_000);
  });
});

describe('known blocks', () => {
  it('are found by the positions that they hold, whatever the order in which they come, and a number of them is kept', () => {
    const known = createKnownBlocks();
    for (let n = 0; n < 500; n += 1) {
      const key = 1 + ((n * 37) % 500) * 10;
      known.add({ key, last: key + 7, first: n % 2 === 0 ? Buffer.from(`first of ${key}`) : undefined });
    }
    expect(known.at(0)).toBeUndefined();
    for (let position = 1; position < 5_000; position += 1) {
      const key = position - ((position - 1) % 10);
      expect(known.at(position)?.key).toBe(position - key <= 7 ? key : undefined);
    }
    known.add({ key: 11, last: 18, first: Buffer.from('another') });
    expect(known.at(12)?.first?.toString()).toBe('another');
    const found = known.at(12);
    if (found !== undefined) known.forget(found);
    expect(known.at(12)).toBeUndefined();
    expect([known.at(1)?.key, known.at(21)?.key]).toEqual([1, 21]);
    for (let key = 10_000; key < 30_000; key += 1) known.add({ key, last: key, first: undefined });
    expect(known.at(29_999)?.key).toBe(29_999);
    expect(known.at(1)).toBeUndefined();
  });

  it('keep a copy of a first entry, and none of a long one', () => {
    const known = createKnownBlocks();
    const first = Buffer.from('first');
    known.add({ key: 1, last: 2, first });
    first.fill(0);
    known.add({ key: 3, last: 4, first: Buffer.alloc(100_000) });
    expect([known.at(1)?.first?.toString(), known.at(3)?.first]).toEqual(['first', undefined]);
  });
});
