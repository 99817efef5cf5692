import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/Arguments.js';

const parse = parseArguments(['get', 'change-1', 'http-put-64']);
const refusal = (...args: ReadonlyArray<string>): string => {
  const parsed = parse(args);
  if (E.isRight(parsed)) throw new Error(`accepted: ${args.join(' ')}`);
  return parsed.left;
};

describe('arguments', () => {
  it('are all optional', () => {
    expect(parse([])).toEqual(
      E.right({ only: undefined, json: false, rounds: 5, seconds: 1.5, warmUp: 3, pin: false, against: undefined, events: [10_000, 100_000, 1_000_000], keep: undefined, page: undefined, help: false }),
    );
  });

  it.each([
    [['--only', 'get,change-1']],
    [['--only=get, change-1']],
    [['--only', 'get', '--only', 'change-1']],
  ])('name figures: %j', (args) => {
    expect(parse(args)).toMatchObject({ _tag: 'Right', right: { only: ['get', 'change-1'] } });
  });

  it('refuse an unknown figure and list those there are', () => {
    expect(refusal('--only', 'get,chnge-1')).toBe(
      "There is no figure 'chnge-1'. The figures are:\n  get\n  change-1\n  http-put-64",
    );
    expect(refusal('--only', '')).toContain("no figure ''");
  });

  it('take an odd number of rounds only', () => {
    expect(parse(['--rounds', '3', '--seconds', '0.5'])).toMatchObject({ right: { rounds: 3, seconds: 0.5 } });
    for (const rounds of ['4', '0', '-1', '1.5', 'many', '']) {
      expect(refusal(`--rounds=${rounds}`)).toContain('--rounds is an odd number');
    }
  });

  it('take seconds that a round can last', () => {
    for (const seconds of ['0', '-1', 'NaN', 'Infinity', '601']) {
      expect(refusal(`--seconds=${seconds}`)).toContain('--seconds is more than 0');
    }
  });

  it('take a whole number of rounds to warm up', () => {
    expect(parse(['--warm-up', '0'])).toMatchObject({ right: { warmUp: 0 } });
    for (const rounds of ['-1', '0.5', 'long']) expect(refusal(`--warm-up=${rounds}`)).toContain('--warm-up is a whole');
  });

  it('take a commit to measure against', () => {
    expect(parse(['--against', 'v1.2^'])).toMatchObject({ right: { against: 'v1.2^' } });
    for (const commit of ['', '--upload-pack=x', 'a b', 'a;b']) expect(refusal(`--against=${commit}`)).toContain('--against is a commit');
  });

  it('refuse what they do not know, with the usage', () => {
    expect(refusal('--jsno')).toContain('usage: npm run --silent bench');
    expect(refusal('get')).toContain('usage:');
  });
});
