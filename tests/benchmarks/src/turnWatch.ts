import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** What kept the event loop of a process from its next turn, in milliseconds. @category model */
export interface Turns {
  /** The longest that a turn was late. */
  readonly longest: number;
  /** The longest pause of a collection of garbage. */
  readonly longestCollection: number;
  /** All pauses of collections together. */
  readonly collections: number;
}

/** Watches this process; each call tells what was since the one before. The first one begins. */
export const turnWatch = (): (() => Turns) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let pauses: Array<number> = [];
  const keep = (entries: ReadonlyArray<{ readonly duration: number }>): void => {
    for (const { duration } of entries) pauses.push(duration);
  };
  const observer = new PerformanceObserver((list) => {
    keep(list.getEntries());
  });
  observer.observe({ entryTypes: ['gc'] });
  delay.enable();
  return () => {
    keep(observer.takeRecords());
    const turns = {
      longest: delay.max / 1e6,
      longestCollection: Math.max(0, ...pauses),
      collections: pauses.reduce((sum, pause) => sum + pause, 0),
    };
    delay.reset();
    pauses = [];
    return turns;
  };
};
