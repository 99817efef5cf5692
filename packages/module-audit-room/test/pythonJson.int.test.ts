import { spawnSync } from 'node:child_process';
import type { Json } from '@account-data/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonJson } from '../src/index.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What Python makes of the same JSON text, for each of many. */
const byPython = (values: ReadonlyArray<Json>): ReadonlyArray<string> => {
  const program = 'import json, sys\nfor line in sys.stdin: print(json.dumps(json.loads(line)))';
  const run = spawnSync('python3', ['-c', program], { input: values.map((value) => `${JSON.stringify(value)}\n`).join(''), maxBuffer: 64 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout.toString().trimEnd().split('\n');
};

describe.skipIf(!hasPython)('content as Python writes it (needs python3)', () => {
  it('is what python3 writes of the same JSON text, whatever it is', () => {
    const text = fc.string({ unit: 'binary' }).filter((string) => string.isWellFormed());
    // Whole numbers are those that Matrix takes; others any double.
    const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }), fc.double({ min: -1e-3, max: 1e-3, noNaN: true }));
    const value = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        text,
        number.filter((one) => !Object.is(one, -0)),
        fc.array(tie('value'), { maxLength: 5 }),
        // Names that are whole numbers come first in a JavaScript object.
        fc.dictionary(text.filter((name) => !/^\d+$/.test(name)), tie('value'), { maxKeys: 5 }),
      ),
    })).value;
    const values = fc.sample(value, { numRuns: 5_000, seed: 15 });
    const told = byPython(values);
    expect(told).toHaveLength(values.length);
    values.forEach((one, index) => {
      expect(pythonJson(one)).toBe(told[index]);
    });
  });

  it('turns to an exponent where Python does', () => {
    const numbers = [1, 1.5, 0.0001, 0.00012, 0.00001, 0.000012345, -1e-7, 5e-324, 1234567.891];
    expect(numbers.map(pythonJson)).toEqual(byPython(numbers));
  });
});
