import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { contentDiff } from '../../src/service/contentDiff.js';
import { MalformedLines, linesOf } from '../../src/service/lines.js';

const names = fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, 1.5, 'a', 'b'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
}));
const content = fc.dictionary(names, json, { maxKeys: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Record<string, never>);

describe('a diff of contents', () => {
  it('makes what is of what was, and has a line for each operation', () => {
    fc.assert(
      fc.property(content, content, (before, after) => {
        const { patch, readable } = contentDiff(before, after);
        const working = structuredClone(before);
        applyPatch(working, [...patch]);
        expect(working).toEqual(after);
        expect(readable).toHaveLength(patch.length);
        if (JSON.stringify(before) === JSON.stringify(after)) expect(patch).toEqual([]);
      }),
    );
  });
});

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
