import { AsyncLocalStorage } from 'node:async_hooks';

/** A value that follows a call through everything it awaits. @category model */
export interface AsyncScope<A> {
  /** Runs the function with the value as the current one, there and in what it starts. */
  readonly run: <B>(value: A, callback: () => B) => B;
  /** The value of the innermost `run` that the code at hand was started from. */
  readonly current: () => A | undefined;
}

/** An {@link AsyncScope} on Node's AsyncLocalStorage. @category constructors */
export const asyncScope = <A>(): AsyncScope<A> => {
  const storage = new AsyncLocalStorage<A>();
  return {
    run: (value, callback) => storage.run(value, callback),
    current: () => storage.getStore(),
  };
};
