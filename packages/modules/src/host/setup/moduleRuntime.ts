import type { Runtime } from '@account-data/runtime';

/**
 * The runtime as one module gets it: what the module does to this object changes nothing for the host or another module,
 * and what its timers throw ends up in `onThrown`, where it would end the process.
 */
export const moduleRuntime = ({ clock, timers, random }: Runtime, onThrown: (thrown: unknown) => void): Runtime => {
  const guarded = (callback: () => void) => (): void => {
    try {
      callback();
    } catch (thrown) {
      onThrown(thrown);
    }
  };
  return Object.freeze<Runtime>({
    clock: Object.freeze({ now: () => clock.now(), monotonic: () => clock.monotonic() }),
    timers: Object.freeze({
      setTimeout: (callback: () => void, milliseconds: number) => timers.setTimeout(guarded(callback), milliseconds),
      setBackgroundTimeout: (callback: () => void, milliseconds: number) =>
        timers.setBackgroundTimeout(guarded(callback), milliseconds),
      defer: (callback: () => void) => {
        timers.defer(guarded(callback));
      },
    }),
    random: Object.freeze({ uuid: () => random.uuid(), number: () => random.number() }),
  });
};
