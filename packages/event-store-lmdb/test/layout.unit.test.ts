import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkOne, streamRecordOne } from '../src/layout/formatOne.js';
import { BlockDamaged, bodyStart, entryCount, entryEnd, indexFrom, lastPosition, positionOfEntry } from '../src/layout/blockTables.js';
import { encodeBlock, encodeListedBlock } from '../src/layout/encodeBlock.js';
import { checkHead, damagedEntry, entryText, parseBlock, parseEntry } from '../src/layout/LogBlock.js';
import {
  checkTombstone,
  chunkKey,
  chunkSize,
  decodeChunk,
  decodeStreamRecord,
  encodeChunk,
  encodeStreamRecord,
  encodeTombstone,
  RecordDamaged,
  streamKey,
} from '../src/layout/StreamRecord.js';
import { lineReader } from '../src/socket/protocol.js';

const bitsOf = (bytes: Buffer): ReadonlyArray<number> => Array.from({ length: bytes.length * 8 }, (_, bit) => bit);

const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

const texts = fc.array(
  fc.tuple(fc.string({ unit: 'grapheme' }), fc.jsonValue()).map(([name, value]) => JSON.stringify([name, 0, value])),
  { minLength: 1, maxLength: 30 },
);

describe('a block of the log', () => {
  it('gives back its entries, together and one by one, in any script', () => {
    fc.assert(
      fc.property(texts, (entries) => {
        const block = encodeBlock(entries, 1);
        checkHead(block, 1);
        expect(damagedEntry(block, 1, 0, entries.length)).toBe(-1);
        expect(entryCount(block)).toBe(entries.length);
        expect(parseBlock(block)).toEqual(entries.map((text) => JSON.parse(text) as unknown));
        for (const [index, text] of entries.entries()) {
          expect(entryText(block, index)).toBe(text);
          expect(parseEntry(block, index)).toEqual(JSON.parse(text));
        }
      }),
    );
  });

  it('knows the positions of its entries, with gaps and without', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), gaps, fc.boolean(), fc.constantFrom(1 as const, 2 as const), (key, steps, isListed, layout) => {
        let last = key;
        const positions = steps.map((step, index) => (last = index === 0 ? key : last + (isListed ? step : 1)));
        const entries = positions.map((position) => JSON.stringify([`s${position}`, 0]));
        const block = isListed ? encodeListedBlock(entries, positions, 0, layout) : encodeBlock(entries, key);
        expect(positions.map((_, index) => positionOfEntry(block, key, index))).toEqual(positions);
        expect(lastPosition(block, key)).toBe(positions.at(-1));
        for (const [index, position] of positions.entries()) {
          expect(entryText(block, index)).toBe(`["s${position}",0]`);
          expect(indexFrom(block, key, position)).toBe(index);
          expect(indexFrom(block, key, position + 1)).toBe(index + 1);
        }
        expect(indexFrom(block, key, 0)).toBe(0);
      }),
    );
  });

  it('of a layout it does not know is refused, not misread', () => {
    const block = encodeBlock(['["s",0]'], 1);
    block[0] = 3;
    expect(() => {
      checkHead(block, 1);
    }).toThrow('layout version 3');
  });
});

describe('a flipped bit of a block', () => {
  /** What is read of a block, or that it was found to be damaged. */
  const read = (block: Buffer, key: number): unknown => {
    try {
      checkHead(block, key);
    } catch (cause) {
      if (cause instanceof BlockDamaged) return 'damaged';
      throw cause;
    }
    const count = entryCount(block);
    return damagedEntry(block, key, 0, count) >= 0 ? 'damaged' : parseBlock(block);
  };

  it('is found wherever it is, in the key too', () => {
    const key = fc.integer({ min: 1, max: 2 ** 52 });
    fc.assert(
      fc.property(texts, key, fc.boolean(), fc.nat(), fc.nat({ max: 52 }), (entries, position, isListed, at, keyBit) => {
        const block = isListed
          ? encodeListedBlock(entries, entries.map((_, index) => position + index * 3), 5, 2)
          : encodeBlock(entries, position, 5);
        expect(read(block, position)).toEqual(entries.map((text) => JSON.parse(text) as unknown));
        expect(read(flipped(block, at % (block.length * 8)), position)).toBe('damaged');
        const other = Number(BigInt(position) ^ (1n << BigInt(keyBit)));
        expect(read(block, other)).toBe('damaged');
        expect(read(block.subarray(0, at % block.length), position)).toBe('damaged');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found in one entry without the others', () => {
    const block = encodeBlock(['["a",0]', '["b",0]', '["c",0]'], 7);
    const damaged = flipped(block, (bodyStart(block, 3) + entryEnd(block, 1) - 1) * 8);
    checkHead(damaged, 7);
    expect(damagedEntry(damaged, 7, 0, 1)).toBe(-1);
    expect(damagedEntry(damaged, 7, 1, 2)).toBe(1);
    expect(damagedEntry(damaged, 7, 2, 3)).toBe(-1);
  });
});

describe('the index', () => {
  it('gives back what it holds of a stream', () => {
    const position = fc.integer({ min: 1, max: 2 ** 47 });
    const record = fc.record({
      head: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
      tombstoned: fc.boolean(),
      maxCount: fc.nat(),
      positions: fc.array(position, { maxLength: 256 }),
    });
    fc.assert(
      fc.property(record, (given) => {
        const key = streamKey('a');
        const stored = encodeStreamRecord(key, given);
        expect(decodeStreamRecord(key, stored)).toEqual(given);
        expect(decodeStreamRecord(key, streamRecordOne(stored))).toEqual(given);
        const chunk = Array.from({ length: chunkSize }, (_, index) => given.positions[index] ?? index);
        const ofChunk = chunkKey('a', 0);
        expect(decodeChunk(ofChunk, encodeChunk(ofChunk, chunk))).toEqual(chunk);
        expect(decodeChunk(ofChunk, chunkOne(encodeChunk(ofChunk, chunk)))).toEqual(chunk);
      }),
    );
  });

  it('puts short records together in memory that they share', () => {
    const key = streamKey('a');
    const records = Array.from({ length: 16 }, () => encodeStreamRecord(key, { head: 1, tombstoned: false, maxCount: 0, positions: [7, 9] }));
    // Where one is full, the next begins.
    expect(new Set(records.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(2);
  });

  it('finds each flipped bit of a record, and another name over it', () => {
    const key = streamKey('a');
    const stored = encodeStreamRecord(key, { head: 1, tombstoned: false, maxCount: 0, positions: [7, 9] });
    const ofChunk = chunkKey('a', 0);
    const chunk = encodeChunk(ofChunk, Array.from({ length: chunkSize }, (_, index) => index));
    const tombstone = encodeTombstone(key);
    for (const bit of bitsOf(stored)) expect(() => decodeStreamRecord(key, flipped(stored, bit))).toThrow(RecordDamaged);
    for (const bit of bitsOf(chunk)) expect(() => decodeChunk(ofChunk, flipped(chunk, bit))).toThrow(RecordDamaged);
    for (const bit of bitsOf(tombstone)) expect(() => { checkTombstone(key, flipped(tombstone, bit)); }).toThrow(RecordDamaged);
    for (const bit of bitsOf(key)) {
      expect(() => decodeStreamRecord(flipped(key, bit), stored)).toThrow(RecordDamaged);
      expect(() => { checkTombstone(flipped(key, bit), tombstone); }).toThrow(RecordDamaged);
    }
    for (const bit of bitsOf(ofChunk)) expect(() => decodeChunk(flipped(ofChunk, bit), chunk)).toThrow(RecordDamaged);
  });

  it('keeps the chunks of any two streams apart, and those of one in order', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '\u0000', '\u0001', 'ü'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(name, fc.nat(), name, fc.nat(), (left, leftChunk, right, rightChunk) => {
        const order = Buffer.compare(chunkKey(left, leftChunk), chunkKey(right, rightChunk));
        expect(order === 0).toBe(left === right && leftChunk === rightChunk);
        if (left === right) expect(Math.sign(order)).toBe(Math.sign(leftChunk - rightChunk));
      }),
    );
  });
});

describe('the lines of the socket', () => {
  it('are whole however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }), (messages, cuts) => {
        const bytes = Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
        const read: Array<unknown> = [];
        const take = lineReader((message) => read.push(message));
        let from = 0;
        for (const length of [...cuts, bytes.length]) {
          if (from < bytes.length) take(bytes.subarray(from, Math.min(bytes.length, from + length)));
          from += length;
        }
        expect(read).toEqual(messages.map((message) => JSON.parse(JSON.stringify(message)) as unknown));
      }),
    );
  });

  it('are refused where they are no JSON', () => {
    expect(() => {
      lineReader(() => undefined)(Buffer.from('not json\n'));
    }).toThrow(SyntaxError);
  });
});
