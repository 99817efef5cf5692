import { setFlagsFromString } from 'node:v8';

let working = 0;

/** Zero leaves it to V8. */
const setGrowth = (percent: number): void => {
  setFlagsFromString(`--heap-growing-percent=${String(percent)}`);
};

/**
 * While some work goes on that makes much garbage, has the heap of this process collected as soon as it has grown by half,
 * not by three times, as V8 would on a machine with much memory (`decisions/0004`).
 */
export const withBoundHeap = async <A>(work: () => Promise<A>): Promise<A> => {
  working += 1;
  setGrowth(50);
  try {
    return await work();
  } finally {
    working -= 1;
    if (working === 0) setGrowth(0);
  }
};
