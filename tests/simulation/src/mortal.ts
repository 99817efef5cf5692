import type { ProjectionStorage, StorageProvider } from '@account-data/projection';
import type { Runtime } from '@account-data/runtime';

/** Whether a simulated process still lives. */
export interface Life {
  readonly isAlive: () => boolean;
}

const never = new Promise<never>(() => undefined);

/** The world as one process sees it: its timers die with it. */
export const mortalRuntime = (world: Runtime, life: Life): Runtime => {
  const whileAlive = (callback: () => void) => (): void => {
    if (life.isAlive()) callback();
  };
  return {
    clock: world.clock,
    random: world.random,
    timers: {
      setTimeout: (callback, milliseconds) => world.timers.setTimeout(whileAlive(callback), milliseconds),
      setBackgroundTimeout: (callback, milliseconds) =>
        world.timers.setBackgroundTimeout(whileAlive(callback), milliseconds),
      defer: (callback) => world.timers.defer(whileAlive(callback)),
    },
  };
};

/** A storage as one process sees it: what it asks to write after its death is neither written nor answered. */
export const mortalStorage = (provider: StorageProvider, life: Life): StorageProvider => {
  const whileAlive = <A>(work: () => Promise<A>): Promise<A> => (life.isAlive() ? work() : never);
  const mortal = (storage: ProjectionStorage): ProjectionStorage => ({
    ...storage,
    write: (fill) => whileAlive(() => storage.write(fill)),
    close: () => whileAlive(storage.close),
  });
  return {
    ...provider,
    create: () => whileAlive(() => provider.create()),
    open: (name) => whileAlive(async () => mortal(await provider.open(name))),
    makeCurrent: (name) => whileAlive(() => provider.makeCurrent(name)),
    remove: (name) => whileAlive(() => provider.remove(name)),
  };
};
