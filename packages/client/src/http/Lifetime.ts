import { ClientError, aborted, networkFailure, timedOut } from '../ClientError.js';
import type { ClientRuntime } from '../ports/ClientRuntime.js';

/**
 * How long an exchange with the server may live: until it is read, until the caller's signal, or until a time limit.
 */
export class Lifetime {
  readonly #runtime: ClientRuntime;
  readonly #callers: AbortSignal | undefined;
  readonly #ended = new AbortController();
  #limit: number;
  #cancelTimer: (() => void) | undefined;
  #late = false;

  /** @throws ClientError `aborted` where the caller's signal is so already */
  constructor(runtime: ClientRuntime, callers: AbortSignal | undefined, limit: number) {
    if (callers?.aborted === true) throw aborted(callers.reason);
    this.#runtime = runtime;
    this.#callers = callers;
    this.#limit = limit;
    callers?.addEventListener('abort', this.end);
    this.limit(limit);
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  readonly limit = (milliseconds: number): void => {
    this.#cancelTimer?.();
    this.#limit = milliseconds;
    this.#cancelTimer =
      milliseconds === Infinity
        ? undefined
        : this.#runtime.timers.setTimeout(() => {
            this.#late = true;
            this.end();
          }, milliseconds);
  };

  readonly end = (): void => {
    this.#cancelTimer?.();
    this.#callers?.removeEventListener('abort', this.end);
    this.#ended.abort();
  };

  readonly errorOf = (error: unknown): ClientError => {
    if (error instanceof ClientError) return error;
    if (this.#callers?.aborted === true) return aborted(this.#callers.reason);
    return this.#late ? timedOut(this.#limit) : networkFailure(error);
  };
}
