import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { benchmarksPage } from '../src/benchmarksPage.js';
import { keptComparison, keptResults, keptText, parseKept } from '../src/keptResults.js';

const now = keptResults([{ name: 'get', value: 200, unit: 'reads/s' }, { name: 'new', value: 1, unit: 'ms' }], ['--only', 'get'], 0);
const then = { ...now, lines: [{ name: 'get', value: 100, unit: 'reads/s' }, { name: 'gone', value: 1, unit: 'ms' }] };

describe('kept results', () => {
  it('are read as they were written', () => {
    expect(parseKept(keptText(now))).toEqual(E.right(now));
  });

  it.each(['', '[]', '{"date":"today"}'])('are refused where they are something else: %j', (text) => {
    expect(E.isLeft(parseKept(text))).toBe(true);
  });

  it('are compared in what both have', () => {
    const text = keptComparison(now, then);
    expect(text).toContain('| get | reads/s | 200 | 100 | 2 |');
    expect(text).not.toMatch(/new|gone/);
  });

  it('are told on a page with machine, Node, date and command', () => {
    const page = benchmarksPage(now, [{ title: 'Part', markdown: 'text' }]);
    for (const text of [now.machine, now.node, '1970-01-01', 'npm run --silent bench -- --only get', '## Part\n\ntext\n']) expect(page).toContain(text);
  });
});
