/** At most so many of something are under way at once; the others wait, in the order of asking. @category model */
export interface Concurrency {
  readonly run: <A>(work: () => Promise<A>) => Promise<A>;
}

/** Makes a bound: at most so many at once, the others wait in order. @category constructors */
export const makeConcurrency = (most: number): Concurrency => {
  const waiting: Array<() => void> = [];
  let running = 0;
  return {
    run: async (work) => {
      if (running >= most) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      } else running += 1;
      try {
        return await work();
      } finally {
        // Whoever waits takes over the place.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
};
