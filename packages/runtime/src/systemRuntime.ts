import { randomUUID } from 'node:crypto';
import type { Runtime } from './Runtime.js';

/**
 * The real clock, timers and randomness of this process.
 *
 * @category interpreters
 */
export const systemRuntime: Runtime = {
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
  },
  timers: {
    setTimeout: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds);
      return () => {
        clearTimeout(timer);
      };
    },
    setBackgroundTimeout: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds);
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
    defer: (callback) => {
      setImmediate(callback);
    },
  },
  random: {
    uuid: () => randomUUID(),
    number: () => Math.random(),
  },
};
