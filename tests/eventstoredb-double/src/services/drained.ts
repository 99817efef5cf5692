import type { EventEmitter } from 'node:events';

const ends = ['drain', 'cancelled', 'close', 'error'] as const;

/** Resolves when the client has taken what was written, or never will. */
export const drained = (call: EventEmitter): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      for (const name of ends) call.off(name, settle);
      resolve();
    };
    for (const name of ends) call.on(name, settle);
  });
