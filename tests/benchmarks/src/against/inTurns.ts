import { median } from '../median.js';
import type { Measurement } from './Build.js';

/** A figure of two builds, measured in turns. @category model */
export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** The medians of the turns: of what was measured, and of its ratio to the baseline of the same turn. */
  readonly now: { readonly ours: number; readonly ratio: number };
  readonly then: { readonly ours: number; readonly ratio: number };
  /** now/then, of what was measured. */
  readonly between: number;
  readonly turns: number;
}

/**
 * Measures two builds A B A B …, so that a machine that becomes slower meanwhile slows down both. What only one of them
 * knows is left out.
 */
export const inTurns = async (
  turns: number,
  now: () => Promise<ReadonlyArray<Measurement>>,
  then: () => Promise<ReadonlyArray<Measurement>>,
): Promise<ReadonlyArray<Comparison>> => {
  const measured = { now: new Map<string, Array<Measurement>>(), then: new Map<string, Array<Measurement>>() };
  const note = (into: Map<string, Array<Measurement>>, measurements: ReadonlyArray<Measurement>): void => {
    for (const one of measurements) into.set(one.name, [...(into.get(one.name) ?? []), one]);
  };
  for (let turn = 0; turn < turns; turn += 1) {
    note(measured.now, await now());
    note(measured.then, await then());
  }
  return [...measured.now].flatMap(([name, ours]) => {
    const theirs = measured.then.get(name);
    const [first] = ours;
    return theirs === undefined || first === undefined ? [] : [compare(name, first.unit, ours, theirs)];
  });
};

const sideOf = (measurements: ReadonlyArray<Measurement>): Comparison['now'] => ({
  ours: median(measurements.map(({ ours }) => ours)),
  ratio: median(measurements.map(({ ours, baseline }) => ours / baseline)),
});

const compare = (name: string, unit: string, ours: ReadonlyArray<Measurement>, theirs: ReadonlyArray<Measurement>): Comparison => {
  const now = sideOf(ours);
  const then = sideOf(theirs);
  return { name, unit, now, then, between: now.ours / then.ours, turns: Math.min(ours.length, theirs.length) };
};
