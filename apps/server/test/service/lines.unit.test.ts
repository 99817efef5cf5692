import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedLines, linesOf } from '../../src/service/lines.js';

describe('lines of a stream', () => {
  const collect = async (chunks: ReadonlyArray<Uint8Array>, longest = 1_000): Promise<ReadonlyArray<string>> => {
    const lines: Array<string> = [];
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    }
    for await (const line of linesOf(stream(), longest)) lines.push(line);
    return lines;
  };

  it('come whole wherever the bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !line.includes('\n')), { maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
          expect(await collect(chunks)).toEqual(lines);
        },
      ),
    );
    expect(await collect([Buffer.from('a\u2028b\nlast')])).toEqual(['a\u2028b', 'last']);
  });

  it('are refused where they are too long or not UTF-8', async () => {
    await expect(collect([Buffer.from('x'.repeat(50))], 10)).rejects.toThrow(MalformedLines);
    await expect(collect([Buffer.from([0xff, 0x0a])])).rejects.toThrow(MalformedLines);
  });
});
