import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedKeys } from '../src/storage/SortedKeys.js';

describe('sorted keys', () => {
  it('are those that were added and not removed, in order, in either direction', () => {
    const numbers = fc.array(fc.nat(5_000), { maxLength: 3_500 });
    fc.assert(
      fc.property(numbers, numbers, fc.nat(5_000), fc.nat(5_000), (added, removed, from, to) => {
        const text = (n: number): string => String(n).padStart(4, '0');
        const keys = new SortedKeys();
        const expected = new Set<string>();
        for (const key of added.map(text)) {
          if (!expected.has(key)) keys.add(key);
          expected.add(key);
        }
        const whole = keys.copy();
        const all = [...expected].sort();
        for (const key of removed.map(text)) if (expected.delete(key)) keys.remove(key);
        const left = [...expected].sort().filter((key) => key >= text(from) && key < text(to));
        expect([...keys.between(text(from), text(to), false)]).toEqual(left);
        expect([...keys.between(text(from), text(to), true)]).toEqual(left.reverse());
        expect([...whole.between('', '~', false)]).toEqual(all);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('fill chunks that keys come into in order, and stay in order over many chunks', () => {
    const keys = new SortedKeys();
    const all = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(5, '0'));
    for (const key of all) keys.add(key);
    expect([...keys.between('', '~', false)]).toEqual(all);
    for (const key of all) keys.remove(key);
    expect([...keys.between('', '~', true)]).toEqual([]);
    keys.add('again');
    expect([...keys.between('', '~', false)]).toEqual(['again']);
  });
});
