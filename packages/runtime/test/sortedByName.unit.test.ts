import { describe, expect, it } from 'vitest';
import { sortedByName } from '../src/index.js';

const compared = (names: ReadonlyArray<string>): ReadonlyArray<string> => [...names].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));

/** So many numbers in a scattered order, each once. */
const scattered = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_none, n) => (n * 7_919) % count);

const spelled = (number: number, alphabet: ReadonlyArray<string>, length: number): string =>
  Array.from({ length }, (_none, at) => alphabet[Math.floor(number / alphabet.length ** at) % alphabet.length]).join('');

describe('items sorted by name', () => {
  it.each([
    ['of one kind', scattered(5_000).map((n) => `account_data-@user${String(n).padStart(6, '0')}:example.org`)],
    ['of kinds that share nothing but the beginning', scattered(3_000).map((n) => `${['@admin', '@telegram_', '@telegram_bot', '_tags-'][n % 4] ?? ''}${String(n)}`)],
    ['one the beginning of the other', scattered(400).map((n) => 'a'.repeat(n))],
    ['with characters of any size', scattered(4_096).map((n) => spelled(n, ['\0', 'a', '\u00fe', '\u00ff', '\u0416', '\ufffd', '\u{1F600}', ''], 4))],
    ['few', ['b', '', 'a', 'c', 'ab']],
    ['none', []],
  ])('are in the order of their names: %s', (_what, names) => {
    const items = names.map((name, index) => ({ name, index }));
    const sorted = sortedByName(items, ({ name }) => name);
    expect(sorted.map(({ name }) => name)).toEqual(compared(names));
    expect([...sorted].sort((left, right) => left.index - right.index)).toEqual(items);
  });

  it('keep their order where their names are the same', () => {
    const items = scattered(1_000).map((n) => ({ name: `same${String(n % 3)}`, n }));
    expect(sortedByName(items, ({ name }) => name)).toEqual([0, 1, 2].flatMap((last) => items.filter(({ n }) => n % 3 === last)));
  });
});
