import { describe } from 'vitest';
import { memoryProjectionStorage } from '../src/index.js';
import { projectedAsFolded } from './projectedAsFolded.js';

describe('any log', () => {
  projectedAsFolded(memoryProjectionStorage, 60);
});
