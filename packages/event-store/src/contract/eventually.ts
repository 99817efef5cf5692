import { pause, systemRuntime } from '@account-data/runtime';

const patience = 20_000;

/**
 * Resolves once the condition holds, with what it gives; rejects, naming what was waited for, after 20 seconds.
 *
 * @category waiting
 */
export const eventually = async <A>(what: string, condition: () => A | undefined | false | Promise<A | undefined | false>): Promise<A> => {
  const start = systemRuntime.clock.monotonic();
  for (let wait = 1; ; wait = Math.min(50, wait * 2)) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (systemRuntime.clock.monotonic() - start > patience) throw new Error(`Waited ${patience} ms for this in vain: ${what}.`);
    await pause(systemRuntime, wait);
  }
};

/** Lets other work of the process go on for some turns of the event loop. @category waiting */
export const someTurns = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise<void>((resolve) => {
      systemRuntime.timers.defer(resolve);
    });
  }
};
