import { setFlagsFromString } from 'node:v8';

let working = 0;

/** Zero leaves it to V8. */
const setGrowth = (percent: number): void => {
  setFlagsFromString(`--heap-growing-percent=${String(percent)}`);
};

/**
 * From now on, until what it gives is called, has the heap of this process collected as soon as it has grown by half, not
 * by three times, as V8 would on a machine with much memory (`decisions/0004`): for work that makes much garbage.
 */
export const boundHeap = (): (() => void) => {
  working += 1;
  setGrowth(50);
  return () => {
    working -= 1;
    if (working === 0) setGrowth(0);
  };
};

/** The same while some work goes on. */
export const withBoundHeap = async <A>(work: () => Promise<A>): Promise<A> => {
  const release = boundHeap();
  try {
    return await work();
  } finally {
    release();
  }
};
