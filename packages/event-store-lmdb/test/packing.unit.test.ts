import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockDamaged, bodyStart, entryCount, entryEnd, isPacked, plainBytes } from '../src/layout/blockTables.js';
import { encodeBlock } from '../src/layout/encodeBlock.js';
import { checkHead, damagedEntry, entryText, parseBlock, wholeEntries } from '../src/layout/LogBlock.js';
import { maxPackedBytes, PackingDamaged, packEntries, unpacker } from '../src/layout/packing.js';

/** Packs texts as they stand one behind the other; gives what each is packed into. */
const pack = (texts: ReadonlyArray<Buffer>): { readonly packed: Buffer; readonly ends: ReadonlyArray<number> } => {
  const source = Buffer.concat(texts);
  const ends = texts.map((_, index) => texts.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
  const target = Buffer.alloc(maxPackedBytes(source.length, texts.length));
  const packedEnds = packEntries(source, texts.map(({ length }, index) => (ends[index] ?? 0) - length), ends, target);
  return { packed: target.subarray(0, packedEnds.at(-1) ?? 0), ends: packedEnds };
};

/** What the n-th is unpacked into, after the first one. */
const unpackOne = (packed: Buffer, ends: ReadonlyArray<number>, n: number): Buffer => {
  const { first, other } = unpacker(packed);
  const text = first(0, ends[0] ?? 0);
  return Buffer.from(n === 0 ? text : other(ends[n - 1] ?? 0, ends[n] ?? 0));
};

/** Bytes that repeat themselves, those of others and the dictionary, near and far. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('["account_data-@', '"AccountDataUpdated",{"userId":"@', '"schemaVersion":1,"actor":{"kind":"user"').map((text) => Buffer.from(text)),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 9_000 })).map(([part, times]) => Buffer.concat(Array<Uint8Array>(times).fill(part))),
      fc.constantFrom(15, 16, 19, 48, 49, 270, 274, 65_535, 65_536).map((length) => Buffer.from(Array.from({ length }, (_, n) => (n * n * 31) >> 3))),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter(({ length }) => length > 0);

describe('packed entries', () => {
  it('are unpacked into what they were, each without those between it and the first', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (texts) => {
        const { packed, ends } = pack(texts);
        for (const [n, text] of texts.entries()) expect(unpackOne(packed, ends, n).equals(text)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('never take more room than is said', () => {
    const noise = Buffer.from(Array.from({ length: 70_000 }, (_, n) => Math.imul(n, 0x9e3779b1) >>> 24));
    const { packed } = pack([noise, Buffer.from([1])]);
    expect(packed.length).toBeLessThanOrEqual(maxPackedBytes(noise.length + 1, 2));
  });

  it('of any other bytes are refused or are something else, and nothing is written where nothing should be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (given) => {
        const read = (): unknown => {
          try {
            return unpackOne(Buffer.from(given), [given.length], 0).length;
          } catch (cause) {
            if (cause instanceof PackingDamaged) return 'refused';
            throw cause;
          }
        };
        read();
        const { packed, ends } = pack([Buffer.from('["account_data-@a:example.org",0]')]);
        expect(unpackOne(packed, ends, 0).toString()).toBe('["account_data-@a:example.org",0]');
      }),
      { numRuns: 300 },
    );
  });
});

const entry = (n: number): string =>
  JSON.stringify([
    `account_data-@user${n}:example.org`,
    n,
    `6f1f4f3e-2222-4222-8222-00000000000${n}`,
    'AccountDataUpdated',
    { userId: `@user${n}:example.org`, roomId: null, type: 'org.example.theme', content: { theme: 'dark', '💩': n } },
    { schemaVersion: 1, actor: { kind: 'user', id: `@user${n}:example.org` }, $correlationId: `6f1f4f3e-2222-4222-8222-00000000000${n}`, origin: 'api' },
    1_700_000_000_000 + n,
  ]);
const entries = [1, 2, 3].map(entry);

describe('a block whose entries are packed', () => {
  /** Never to be edited: logs are full of such blocks. */
  const golden =
    'AgABAAMAAAAAAAAAAAAAAD8EAADaxWouXwAAAI8AAAC/AAAA3E8QB6FLps04/ofKDOwAAFIAGTFKAPAELDEsIjZmMWY0ZjNlLTIyMjItNAUAEDgFABYwAQAA/wcPFQEND10AAA8aAQ8C8gUJHwELBQZ/8J+SqSI6MTQBIQ6SAA85AQEP/wAUDV0BBx4BEF0PaQEBGTJ6AC8sMmkBEh8yaQEUC10AD2kBNx8yaQElCpIAD2kBJAD/AA9pAQggMl0PaQEBGTN6AC8sM2kBEh8zaQEUC10AD2kBNx8zaQElCpIAD2kBJAD/AA9pAQggM10=';

  it('is read as it was first written', () => {
    const block = Buffer.from(golden, 'base64');
    checkHead(block, 5);
    expect(damagedEntry(block, 5, 0, 3)).toBe(-1);
    expect(parseBlock(block)).toEqual(entries.map((text) => JSON.parse(text) as unknown));
    expect([2, 0, 1].map((index) => entryText(block, index))).toEqual([2, 0, 1].map((index) => entries[index]));
    expect(plainBytes(block)).toBe(Buffer.byteLength(`[${entries.join(',')}]`));
  });

  it('takes less than a third of its text', () => {
    const block = encodeBlock(entries, 5);
    expect(isPacked(block)).toBe(true);
    expect(block.length).toBeLessThan(plainBytes(block) / 3);
  });

  it('is stored as it is where that takes hardly more', () => {
    const noise = [JSON.stringify(Array.from({ length: 90 }, (_, n) => String.fromCharCode(97 + (Math.imul(n + 1, 0x9e3779b1) >>> 8) % 26)).join(''))];
    const block = encodeBlock(noise, 5);
    expect(isPacked(block)).toBe(false);
    expect(entryText(block, 0)).toBe(noise[0]);
  });

  it('shows each of its bits that was flipped, and what else of it is whole', () => {
    const whole = encodeBlock(entries, 5);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const block = Buffer.from(whole);
      block[bit >> 3] = (block[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let found = 'nothing';
      try {
        checkHead(block, 5);
        if (damagedEntry(block, 5, 0, entryCount(block)) >= 0) found = 'entry';
      } catch (cause) {
        // A codec that is not known is refused as such.
        found = cause instanceof BlockDamaged ? 'head' : String(cause);
      }
      expect(found).not.toBe('nothing');
      for (const { position, text } of wholeEntries(block, 5)) expect(text).toBe(entries[position - 5]);
    }
  });

  it('gives all entries but the damaged one, where that is not the first', () => {
    const block = encodeBlock(entries, 5);
    const last = block.length - 1;
    block[last] = (block[last] ?? 0) ^ 1;
    checkHead(block, 5);
    expect([0, 1, 2].map((index) => damagedEntry(block, 5, index, index + 1))).toEqual([-1, -1, 2]);
    expect(wholeEntries(block, 5).map(({ position }) => position)).toEqual([5, 6]);
  });

  it('gives none where the first is damaged, which all are unpacked with', () => {
    const block = encodeBlock(entries, 5);
    const first = 24 + 3 * 8;
    block[first] = (block[first] ?? 0) ^ 1;
    checkHead(block, 5);
    expect([0, 1, 2].map((index) => damagedEntry(block, 5, index, index + 1))).toEqual([0, 1, 2]);
    expect(wholeEntries(block, 5)).toEqual([]);
  });

  it('are read on behind and before a damaged one, but for the first', () => {
    const texts = Array.from({ length: 6 }, (_, n) => JSON.stringify(['account_data-@a:example.org', 'AccountDataUpdated', { userId: '@a:example.org', n }]));
    const block = encodeBlock(texts, 5);
    expect(isPacked(block)).toBe(true);
    const body = bodyStart(block, 6);
    block.fill(0xff, body + entryEnd(block, 2), body + entryEnd(block, 3));
    const values = texts.map((text) => JSON.parse(text) as unknown);
    expect(damagedEntry(block, 5, 0, 6)).toBe(3);
    expect(parseBlock(block, 0, 3).slice(0, 3)).toEqual(values.slice(0, 3));
    expect(parseBlock(block, 4, 6).slice(4, 6)).toEqual(values.slice(4, 6));
    expect(() => parseBlock(block)).toThrow(BlockDamaged);
  });
});
