import { setFlagsFromString } from 'node:v8';

/**
 * Has the heap of this process collected as soon as it has grown by half, not by three times, as V8 would on a machine with
 * much memory (`decisions/0004`). For programs that are a server and nothing else.
 */
export const boundHeap = (): void => {
  setFlagsFromString('--heap-growing-percent=50');
};
