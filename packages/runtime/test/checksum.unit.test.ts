import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum } from '../src/index.js';

describe('a checksum', () => {
  it('is another one for each flipped bit, of the bytes or of the seed', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(), fc.nat({ max: 31 }), (content, seed, at, seedBit) => {
        const before = checksum(content, 0, content.length, seed);
        expect(checksum(Uint8Array.from(content), 0, content.length, seed)).toBe(before);
        const flipped = Uint8Array.from(content);
        const bit = at % (content.length * 8);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(checksum(flipped, 0, content.length, seed)).not.toBe(before);
        expect(checksum(content, 0, content.length, seed ^ (1 << seedBit))).not.toBe(before);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is of the bytes alone, wherever they stand', () => {
    const buffer = Buffer.from('..the same bytes..the same bytes', 'latin1');
    expect(checksum(buffer, 2, 16, 7)).toBe(checksum(buffer, 18, 32, 7));
    expect(checksum(buffer, 2, 16, 7)).toBe(checksum(buffer.subarray(2), 0, 14, 7));
  });
});
