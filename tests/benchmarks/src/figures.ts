import type { Figure } from './Figure.js';

/** All figures, in the order in which they run. */
export const figures: ReadonlyArray<Figure> = [];
