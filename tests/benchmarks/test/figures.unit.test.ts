import { describe, expect, it } from 'vitest';
import { isAskedBy } from '../src/Figure.js';
import { figuresOn } from '../src/figures.js';

const namesOf = (only?: ReadonlyArray<string>): ReadonlyArray<string> => figuresOn(undefined).filter(isAskedBy(only)).map(({ name }) => name);

describe('the figures that a run measures', () => {
  it('are all but those of the audit page and of the command where it names none', () => {
    const all = figuresOn(undefined).map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((name) => !namesOf().includes(name))).toEqual(['page-first-view', 'user-search-1m', 'command-help', 'command-get']);
  });

  it('are those that it names, and all of a group', () => {
    expect(namesOf(['user-search-1m', 'get'])).toEqual(['get', 'user-search-1m']);
    expect(namesOf(['put-synapse'])).toEqual(['put-synapse-modules', 'put-synapse-projected']);
  });
});
