import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StorageDamaged, storageTables, type StorageTable } from '../src/index.js';
import { checkedRecord, checksumBytes, keySeed, sealRecord } from '../src/storage/recordChecksum.js';

const tables = fc.constantFrom(...storageTables.filter((table) => table !== 'meta'));
const keys = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });

const keyTextSeed = (table: StorageTable, key: string): number => {
  const bytes = Buffer.from(key);
  return keySeed(table, bytes, 0, bytes.length);
};

const stored = (seed: number, content: Uint8Array): Buffer => {
  const memory = Buffer.alloc(content.length + 20);
  const end = 3 + content.length;
  memory.set(content, 3);
  sealRecord(seed, new DataView(memory.buffer, memory.byteOffset), 3, end);
  return memory.subarray(3, end + checksumBytes);
};

describe('the checksum of a record', () => {
  it('gives the content that was written', () => {
    fc.assert(
      fc.property(tables, keys, fc.uint8Array({ maxLength: 300 }), (table, key, content) => {
        const seed = keyTextSeed(table, key);
        expect(checkedRecord(table, seed, stored(seed, content))).toEqual(Buffer.from(content));
      }),
    );
  });

  it('tells each single bit that is flipped', () => {
    fc.assert(
      fc.property(tables, keys, fc.uint8Array({ maxLength: 300 }), fc.nat(), (table, key, content, place) => {
        const seed = keyTextSeed(table, key);
        const record = stored(seed, content);
        const bit = place % (record.length * 8);
        record[bit >> 3] = record.readUInt8(bit >> 3) ^ (1 << (bit & 7));
        expect(() => checkedRecord(table, seed, record)).toThrow(StorageDamaged);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells a record that stands under another key, in another table, or was cut off', () => {
    fc.assert(
      fc.property(tables, tables, keys, keys, fc.uint8Array({ maxLength: 300 }), fc.nat(), (table, otherTable, key, otherKey, content, cut) => {
        const seed = keyTextSeed(table, key);
        const record = stored(seed, content);
        if (key !== otherKey) expect(() => checkedRecord(table, keyTextSeed(table, otherKey), record)).toThrow(StorageDamaged);
        if (table !== otherTable) expect(() => checkedRecord(otherTable, keyTextSeed(otherTable, key), record)).toThrow(StorageDamaged);
        expect(() => checkedRecord(table, seed, record.subarray(0, cut % record.length))).toThrow(StorageDamaged);
      }),
    );
  });

  it('tells a flipped bit of what a storage says about itself also where its checksum looks like the end of JSON', () => {
    const seed = keyTextSeed('meta', 'state');
    const found = Array.from({ length: 10_000 }, (_, n) => stored(seed, Buffer.from(JSON.stringify({ n })))).find((record) => record.at(-1) === 0x7d);
    if (found === undefined) throw new Error('no checksum ends with a brace');
    found[2] = found.readUInt8(2) ^ 4;
    expect(() => checkedRecord('meta', seed, found)).toThrow(StorageDamaged);
  });

  it('lets through what a version before checksums wrote, for the storage to be built anew', () => {
    const record = Buffer.from('{"format":1}');
    expect(checkedRecord('meta', keyTextSeed('meta', 'state'), record)).toEqual(record);
  });
});
