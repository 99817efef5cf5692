import type { Runtime } from '@account-data/runtime';

/** The runtime as modules get it: what one of them does to this object changes nothing for the host or another module. */
export const frozenRuntime = ({ clock, timers, random }: Runtime): Runtime =>
  Object.freeze({
    clock: Object.freeze({ now: () => clock.now(), monotonic: () => clock.monotonic() }),
    timers: Object.freeze({
      setTimeout: (callback: () => void, milliseconds: number) => timers.setTimeout(callback, milliseconds),
      setBackgroundTimeout: (callback: () => void, milliseconds: number) => timers.setBackgroundTimeout(callback, milliseconds),
      defer: (callback: () => void) => {
        timers.defer(callback);
      },
    }),
    random: Object.freeze({ uuid: () => random.uuid(), number: () => random.number() }),
  });
