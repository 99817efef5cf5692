import { describe, expect, it } from 'vitest';
import type { Figure } from '../src/Figure.js';
import type { FigureResult } from '../src/measureFigure.js';
import { besideText, jsonLine, table, targetText } from '../src/report.js';
import type { OpenSide } from '../src/Side.js';

const never: OpenSide = () => Promise.reject(new Error('not opened in this test'));
const figure: Figure = {
  name: 'change-64-users',
  about: 'changes',
  unit: 'changes/s',
  target: { _tag: 'Ratio', value: 0.7 },
  ours: never,
  baseline: never,
};
const result: FigureResult = {
  figure,
  ours: { median: 20_123.456789, worst: 18_000, best: 21_000, processor: 41.23456 },
  baseline: { median: 31_000.1, worst: 29_000, best: 32_000, processor: 30 },
  beside: [],
  ratio: 20_123.456789 / 31_000.1,
  runs: 5,
  met: false,
};

describe('a line of JSON', () => {
  it('has these keys, in this order, and no other', () => {
    expect(jsonLine(result)).toBe(
      '{"name":"change-64-users","ours":20123,"baseline":31000,"ratio":0.64914,"unit":"changes/s","runs":5}',
    );
  });

  it('keeps five digits of a small number', () => {
    const small = { ...result, ours: { ...result.ours, median: 0.123456789 } };
    expect(JSON.parse(jsonLine(small))).toMatchObject({ ours: 0.12346 });
  });
});

describe('a target', () => {
  it('says what it is of and which way it goes', () => {
    expect(targetText(figure)).toBe('ratio ≥ 0.7');
    expect(targetText({ unit: 'ms', target: { _tag: 'Ratio', value: 1.3 } })).toBe('ratio ≤ 1.3');
    expect(targetText({ unit: 'deliveries/s', target: { _tag: 'Ours', value: 100_000 } })).toBe('≥ 100,000 deliveries/s');
    expect(targetText({ unit: 'ms', target: { _tag: 'Ours', value: 9 } })).toBe('≤ 9 ms');
    expect(targetText({ unit: 'ms', target: { _tag: 'Added', value: 1 } })).toBe('adds ≤ 1 ms');
  });
});

describe('the table', () => {
  it('has a title and a line per figure, with medians, spread, target and verdict', () => {
    const lines = table([result, { ...result, met: true }]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^figure +ours \(worst to best\) +baseline/);
    expect(lines[1]).toMatch(
      /^change-64-users +20,123 \(18,000 to 21,000\) +31,000 \(29,000 to 32,000\) +changes\/s +0\.65 +ratio ≥ 0\.7 +missed +41\.2\/30 +5$/,
    );
    expect(lines[2]).toMatch(/ met /);
  });

  it('tells at the end of a line what was measured beside the figure', () => {
    const side = { median: 1_040, worst: 990, best: 1_102, processor: 1 };
    const beside = [{ about: 'the other way', ...side }, { about: 'a third one', ...side }];
    expect(table([{ ...result, beside }])).toMatch(/ the other way: 1,040 \(990 to 1,102\) changes\/s; a third one: 1,040 \(990 to 1,102\) changes\/s$/);
    expect(besideText(result)).toBeUndefined();
  });
});
