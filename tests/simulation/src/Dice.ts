import type { Random } from '@account-data/runtime';

/** Choices by chance, all from one source, so that a seed decides them. */
export interface Dice {
  /** True with this probability, 0 to 1. */
  readonly chance: (probability: number) => boolean;
  /** An integer from `from` to `to`, both inclusive. */
  readonly between: (from: number, to: number) => number;
  readonly oneOf: <A>(values: ReadonlyArray<A>) => A;
}

/** @category constructors */
export const dice = (random: Random): Dice => {
  const between = (from: number, to: number): number => from + Math.floor(random.number() * (to - from + 1));
  return {
    chance: (probability) => random.number() < probability,
    between,
    oneOf: (values) => {
      const value = values[between(0, values.length - 1)];
      if (value === undefined) throw new RangeError('There is nothing to choose from.');
      return value;
    },
  };
};
