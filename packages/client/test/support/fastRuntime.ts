import { platformRuntime } from '../../src/ports/platform.js';
import type { ClientRuntime } from '../../src/index.js';

/** The real world with shorter pauses: a timer of `n` milliseconds takes n / 20. Says which timers were set. */
export const fastRuntime = (): { readonly runtime: ClientRuntime; readonly timers: Array<number> } => {
  const timers: Array<number> = [];
  return {
    timers,
    runtime: {
      ...platformRuntime,
      timers: {
        setTimeout: (callback, milliseconds) => {
          timers.push(milliseconds);
          return platformRuntime.timers.setTimeout(callback, milliseconds / 20);
        },
      },
      random: { ...platformRuntime.random, number: () => 0 },
    },
  };
};
