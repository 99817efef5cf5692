import { describe, expect, it } from 'vitest';
import type { Figure } from '../src/Figure.js';
import { figureResult, interleave, measureFigure } from '../src/measureFigure.js';
import type { OpenSide } from '../src/Side.js';

const never: OpenSide = () => Promise.reject(new Error('not opened in this test'));
const rate: Figure = {
  name: 'some-rate',
  about: 'a rate',
  unit: 'changes/s',
  target: { _tag: 'Ratio', value: 0.7 },
  ours: never,
  baseline: never,
};
const latency: Figure = { ...rate, name: 'some-latency', unit: 'ms', target: { _tag: 'Ratio', value: 1.3 } };
const absolute: Figure = { ...rate, name: 'some-absolute', target: { _tag: 'Ours', value: 100 } };

const samples = (...values: ReadonlyArray<number>) => values.map((value) => ({ value, processor: value * 2 }));
const context = { folder: '/nowhere', pin: false, signal: new AbortController().signal };

const contexts = { ours: context, baseline: context, beside: () => context };

/** A side whose rounds are written into `log`, with values that count up from `first`. */
const loggingSide =
  (log: Array<string>, name: string, first: number): OpenSide =>
  async () => {
    let value = first;
    log.push(`open ${name}`);
    return {
      round: async (seconds) => {
        log.push(`${name} ${seconds}`);
        return { value: value++, processor: 1 };
      },
      close: async () => {
        log.push(`close ${name}`);
      },
    };
  };

describe('rounds', () => {
  it('are run in turns, and the warm-up is not counted', async () => {
    const log: Array<string> = [];
    let n = 0;
    const side = (name: string) => async () => {
      log.push(name);
      return n++;
    };
    const measured = await interleave({ warmUp: 1, rounds: 3 }, [side('A'), side('B')]);
    expect(log.join('')).toBe('ABABABAB');
    expect(measured).toEqual([[2, 4, 6], [3, 5, 7]]);
  });

  it('never overlap', async () => {
    let running = 0;
    const side = async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
    };
    await interleave({ warmUp: 0, rounds: 5 }, [side, side, side]);
  });
});

describe('a result', () => {
  it('of processor time is that of each operation, and less is better', () => {
    const figure: Figure = { ...rate, name: 'some-processor-time', unit: 'µs', target: { _tag: 'Ratio', value: 0.5 } };
    const result = figureResult(figure, { ours: samples(3, 4, 5), baseline: samples(10, 20, 30) });
    expect(result).toMatchObject({ ours: { median: 8, worst: 10, best: 6 }, baseline: { median: 40 }, ratio: 0.2, met: true });
  });

  it('compares the medians of the rounds', () => {
    const result = figureResult(rate, { ours: samples(50, 80, 900), baseline: samples(100, 1, 200) });
    expect(result).toMatchObject({
      ours: { median: 80, worst: 50, best: 900, processor: 160 },
      baseline: { median: 100, worst: 1, best: 200, processor: 200 },
      ratio: 0.8,
      runs: 3,
      met: true,
    });
  });

  it('of a rate meets its target from it on upwards', () => {
    expect(figureResult(rate, { ours: samples(70), baseline: samples(100) }).met).toBe(true);
    expect(figureResult(rate, { ours: samples(69), baseline: samples(100) }).met).toBe(false);
  });

  it('of a latency meets its target from it on downwards, and its worst round is the longest', () => {
    const met = figureResult(latency, { ours: samples(1.3, 1.2, 1.4), baseline: samples(1) });
    expect(met).toMatchObject({ met: true, ours: { worst: 1.4, best: 1.2 } });
    expect(figureResult(latency, { ours: samples(1.31), baseline: samples(1) }).met).toBe(false);
  });

  it('may be asked for what it adds to the baseline', () => {
    const added: Figure = { ...latency, target: { _tag: 'Added', value: 1 } };
    expect(figureResult(added, { ours: samples(3), baseline: samples(2) }).met).toBe(true);
    expect(figureResult(added, { ours: samples(3.1), baseline: samples(2) }).met).toBe(false);
  });

  it('may be asked for a value of its own, whatever the baseline', () => {
    expect(figureResult(absolute, { ours: samples(100), baseline: samples(1e6) }).met).toBe(true);
    expect(figureResult(absolute, { ours: samples(99), baseline: samples(1) }).met).toBe(false);
  });

  it('has a figure of memory beside it where it asks for one: the highest peak of all rounds, to be kept under a bound', () => {
    const memory = { name: 'some-memory', about: 'memory', target: { _tag: 'Ours', value: 400 } } as const;
    const withPeaks = (...peaks: ReadonlyArray<number>) => peaks.map((peak) => ({ value: 1, processor: 1, memory: peak }));
    const result = figureResult({ ...rate, memory }, { ours: withPeaks(290, 310, 300), baseline: withPeaks(100, 155, 120) });
    expect(result.memory).toMatchObject({
      figure: { name: 'some-memory', unit: 'MB' },
      ours: { median: 310, worst: 310, best: 290 },
      baseline: { median: 155 },
      ratio: 2,
      runs: 3,
      met: true,
    });
    expect(figureResult({ ...rate, memory }, { ours: withPeaks(401), baseline: withPeaks(100) }).memory?.met).toBe(false);
    expect(figureResult({ ...rate, memory }, { ours: samples(1), baseline: samples(1) }).memory).toBeUndefined();
  });
});

describe('a figure', () => {
  it('opens both sides before the first round and closes both after the last one', async () => {
    const log: Array<string> = [];
    const figure = { ...rate, ours: loggingSide(log, 'ours', 10), baseline: loggingSide(log, 'bare', 100) };
    const result = await measureFigure(figure, { rounds: 1, seconds: 2, warmUp: 1 }, contexts);
    expect(log).toEqual(['open ours', 'open bare', 'ours 2', 'bare 2', 'ours 2', 'bare 2', 'close ours', 'close bare']);
    expect(result).toMatchObject({ ours: { median: 11 }, baseline: { median: 101 }, runs: 1 });
  });

  it('measures what stands beside it in the same turns, and tells it apart', async () => {
    const log: Array<string> = [];
    const sides = { ours: loggingSide(log, 'ours', 1), baseline: loggingSide(log, 'bare', 1) };
    const beside = [
      { about: 'the other way', side: loggingSide(log, 'other', 7) },
      { about: 'a third one', side: loggingSide(log, 'third', 8) },
    ];
    const result = await measureFigure({ ...rate, ...sides, beside }, { rounds: 1, seconds: 2, warmUp: 0 }, contexts);
    expect(log).toEqual(['open ours', 'open bare', 'open other', 'open third', 'ours 2', 'bare 2', 'other 2', 'third 2', 'close ours', 'close bare', 'close other', 'close third']);
    expect(result).toMatchObject({ beside: [{ about: 'the other way', median: 7 }, { about: 'a third one', median: 8 }], ratio: 1 });
  });

  it('of a fixed amount of work has no more rounds than its own bound, and warms up once', async () => {
    const log: Array<string> = [];
    const sides = { ours: loggingSide(log, 'ours', 1), baseline: loggingSide(log, 'bare', 1) };
    const result = await measureFigure(
      { ...rate, ...sides, fixedWork: { maxRounds: 3 } },
      { rounds: 5, seconds: 1, warmUp: 4 },
      contexts,
    );
    expect(result.runs).toBe(3);
    expect(log.filter((line) => line === 'ours 1')).toHaveLength(4);
  });

  it('closes what was opened where a side fails, and says why it failed', async () => {
    const log: Array<string> = [];
    const figure = { ...rate, ours: loggingSide(log, 'ours', 1), baseline: never };
    await expect(
      measureFigure(figure, { rounds: 1, seconds: 1, warmUp: 1 }, contexts),
    ).rejects.toThrow('not opened in this test');
    expect(log).toEqual(['open ours', 'close ours']);
  });
});
