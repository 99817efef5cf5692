import { setFlagsFromString } from 'node:v8';

let working = 0;

/** Percent by which the heap may grow before it is collected, zero for V8's own choice; and how much the space of young objects grows at a time. */
const setGrowth = (percent: number, youngFactor: number): void => {
  setFlagsFromString(`--heap-growing-percent=${String(percent)}`);
  setFlagsFromString(`--semi-space-growth-factor=${String(youngFactor)}`);
};

/**
 * From now on, until what it gives is called, has the heap of this process collected as soon as it has grown by half, not
 * by three times, as V8 would on a machine with much memory, and keeps the space of young objects as large as it is
 * (`decisions/0004`): for work that makes much garbage.
 */
export const boundHeap = (): (() => void) => {
  working += 1;
  setGrowth(50, 1);
  return () => {
    working -= 1;
    if (working === 0) setGrowth(0, 2);
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
