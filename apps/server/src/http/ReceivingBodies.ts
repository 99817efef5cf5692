import type { Clock, Timers } from '@account-data/runtime';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** Between two looks, in milliseconds. */
const interval = 1_000;

/**
 * Requests whose bodies are on their way. Clients that send theirs too slowly, or stop in the middle, are cut off
 * (slow loris, half-open connections).
 */
export class ReceivingBodies {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #begun = new Map<IncomingMessage, number>();

  constructor(clock: Clock, timeout: number) {
    this.#clock = clock;
    this.#timeout = timeout;
  }

  begin(request: IncomingMessage, at: number): void {
    this.#begun.set(request, at);
  }

  end(request: IncomingMessage): void {
    this.#begun.delete(request);
  }

  /** Looks from now on until the server is closed. */
  watch(timers: Timers, app: FastifyInstance): void {
    let cancel = (): void => undefined;
    const look = (): void => {
      this.#look();
      cancel = timers.setBackgroundTimeout(look, interval);
    };
    look();
    app.addHook('onClose', (_instance, done) => {
      cancel();
      done();
    });
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const [request, at] of this.#begun) {
      if (request.complete || request.destroyed) this.#begun.delete(request);
      else if (now - at > this.#timeout) {
        this.#begun.delete(request);
        request.destroy();
      }
    }
  }
}
