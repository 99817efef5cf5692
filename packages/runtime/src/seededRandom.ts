import type { Random } from './Runtime.js';

/** Spreads a seed over 32-bit words (splitmix32), so that near seeds give unrelated sequences. */
const splitMix = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
};

const hex = (word: number): string => word.toString(16).padStart(8, '0');

/**
 * Randomness that is the same for the same seed (sfc32). Not for secrets.
 *
 * @category constructors
 */
export const seededRandom = (seed: number): Random => {
  const words = splitMix(seed);
  let a = words();
  let b = words();
  let c = words();
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  return {
    uuid: () => {
      const first = hex(next());
      const second = hex(((next() & 0xffff0fff) | 0x00004000) >>> 0);
      const third = hex(((next() & 0x3fffffff) | 0x80000000) >>> 0);
      const fourth = hex(next());
      return `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
    },
    number: () => next() / 0x1_0000_0000,
  };
};
