import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causationTooDeep, errorReference } from '@account-data/domain';

const page = readFileSync(new URL('../ERRORS.md', import.meta.url), 'utf8');

describe('the page of errors', () => {
  it('explains every code, and no others', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const expected = Object.entries(errorReference).map(
      ([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`,
    );
    expect(rows.toSorted()).toStrictEqual(expected.toSorted());
  });

  it('has codes in snake_case', () => {
    for (const code of Object.keys(errorReference)) expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });
});

describe('a chain of changes that is too long', () => {
  it('is shown', () => {
    const error = causationTooDeep(['first', 'second'], 2);
    expect(error).toMatchObject({ code: 'causation_too_deep', chain: ['first', 'second'], limit: 2 });
    expect(error.message).toContain('first → second');
  });
});
