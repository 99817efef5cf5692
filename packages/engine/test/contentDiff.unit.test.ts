import type { JsonObject } from '@account-data/domain';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { comparisons } from '../src/diff/Comparisons.js';
import { contentDiff } from '../src/index.js';

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
        applyPatch(working, [...patch] as Parameters<typeof applyPatch>[1]);
        expect(working).toEqual(after);
        expect(readable).toHaveLength(patch.length);
        if (JSON.stringify(before) === JSON.stringify(after)) expect(patch).toEqual([]);
      }),
    );
  });

  const numbers = (length: number, from = 0): ReadonlyArray<number> => Array.from({ length }, (_, index) => from + index);
  const patched = (before: object, after: object): unknown => {
    const working: unknown = structuredClone(before);
    applyPatch(working, [...contentDiff(before as JsonObject, after as JsonObject).patch] as Parameters<typeof applyPatch>[1]);
    return working;
  };

  it('of arrays of any length ends, and makes what is of what was', () => {
    const pairs: ReadonlyArray<readonly [ReadonlyArray<unknown>, ReadonlyArray<unknown>]> = [
      [[], numbers(30_000)],
      [numbers(30_000), []],
      [numbers(500), numbers(500, 1_000)],
      [numbers(500), [...numbers(250), 'in between', ...numbers(250, 250)]],
      [numbers(500), [...numbers(200), ...numbers(290, 210)]],
      [numbers(500), [...numbers(200), 'x', { a: [1] }, ...numbers(295, 205)]],
      [[...numbers(400), { a: [1, 2] }], [...numbers(400), { a: [1, 3] }, 'new']],
      [numbers(1_400), [...numbers(1_400), 'last']],
    ];
    for (const [before, after] of pairs) expect(patched({ before }, { before: after })).toEqual({ before: after });
  });

  it('tells what little changed in a long array item by item', () => {
    const diff = contentDiff({ ids: numbers(1_000) }, { ids: [...numbers(500), 'new', ...numbers(499, 501)] });
    expect(diff.patch).toEqual([{ op: 'replace', path: '/ids/500', value: 'new' }]);
    const longer = contentDiff({ ids: numbers(1_000) }, { ids: numbers(1_001) });
    expect(longer.patch).toEqual([{ op: 'add', path: '/ids/1000', value: 1_000 }]);
  });

  it('takes no more comparisons than it is given, however the content is built', () => {
    const nested = (depth: number, from: number): unknown =>
      depth === 0 ? from : Array.from({ length: 6 }, (_, index) => nested(depth - 1, from + index));
    const contents = [
      [{ a: numbers(500), b: numbers(500) }, { a: numbers(500, 900), b: numbers(500, 900) }],
      [{ deep: nested(5, 0) }, { deep: nested(5, 1) }],
      [{ rows: numbers(200).map((id) => ({ id, tags: numbers(5) })) }, { rows: numbers(200).map((id) => ({ id: -id, tags: numbers(5, id) })) }],
    ] as const;
    for (const [before, after] of contents) {
      const budget = comparisons(1_000);
      contentDiff(before as JsonObject, after as JsonObject, budget);
      expect(budget.taken()).toBeLessThanOrEqual(1_000);
      expect(patched(before, after)).toEqual(after);
    }
  });
});
