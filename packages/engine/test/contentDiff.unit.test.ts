import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
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
        applyPatch(working, [...patch]);
        expect(working).toEqual(after);
        expect(readable).toHaveLength(patch.length);
        if (JSON.stringify(before) === JSON.stringify(after)) expect(patch).toEqual([]);
      }),
    );
  });
});
