import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeBlock,
  encodeListedBlock,
  entryCount,
  entryText,
  indexFrom,
  lastPosition,
  parseBlock,
  parseEntry,
  positionOfEntry,
} from '../src/layout/LogBlock.js';
import { chunkKey, decodeChunk, decodeStreamRecord, encodeChunk, encodeStreamRecord } from '../src/layout/StreamRecord.js';
import { lineReader } from '../src/socket/protocol.js';

const texts = fc.array(
  fc.tuple(fc.string({ unit: 'grapheme' }), fc.jsonValue()).map(([name, value]) => JSON.stringify([name, 0, value])),
  { minLength: 1, maxLength: 30 },
);

describe('a block of the log', () => {
  it('gives back its entries, together and one by one, in any script', () => {
    fc.assert(
      fc.property(texts, (entries) => {
        const block = encodeBlock(entries);
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
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), gaps, fc.boolean(), (key, steps, isListed) => {
        let last = key;
        const positions = steps.map((step, index) => (last = index === 0 ? key : last + (isListed ? step : 1)));
        const entries = positions.map((position) => JSON.stringify([`s${position}`, 0]));
        const block = isListed ? encodeListedBlock(entries, positions) : encodeBlock(entries);
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
    const block = encodeBlock(['["s",0]']);
    block[0] = 2;
    expect(() => entryCount(block)).toThrow('layout version 2');
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
        expect(decodeStreamRecord(encodeStreamRecord(given))).toEqual(given);
        expect(decodeChunk(encodeChunk(given.positions))).toEqual(given.positions);
      }),
    );
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
