import type { Clock, Timers } from '@account-data/runtime';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Between two looks, in milliseconds. */
const interval = 1_000;

interface Receiving {
  /** The answer to a body that is taken as a stream; absent for one that is read whole. */
  readonly answer: ServerResponse | undefined;
  /** When it began, or last went on. */
  since: number;
  bytes: number;
}

/**
 * Requests whose bodies are on their way. Clients that send theirs too slowly, or stop in the middle, are cut off
 * (slow loris, half-open connections). A body that is taken as a stream may take as long as it will, while something
 * comes; once it was answered, it has no more time than any other to end.
 */
export class ReceivingBodies {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #limit: number;
  readonly #begun = new Map<IncomingMessage, Receiving>();

  /** `timeout` in milliseconds; no more than `limit` bodies arrive at once. */
  constructor(clock: Clock, timeout: number, limit: number) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#limit = limit;
  }

  /** False where too many are arriving already. */
  begin(request: IncomingMessage, answer: ServerResponse | undefined, at: number): boolean {
    if (this.#begun.size >= this.#limit) {
      this.#look();
      if (this.#begun.size >= this.#limit) return false;
    }
    this.#begun.set(request, { answer, since: at, bytes: 0 });
    return true;
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
    for (const [request, receiving] of this.#begun) {
      if (request.complete || request.destroyed) {
        this.#begun.delete(request);
        continue;
      }
      const { answer } = receiving;
      if (answer !== undefined && !answer.writableEnded) {
        const { bytesRead } = request.socket;
        // What is not read because the store is slow is not the client's fault.
        if (bytesRead !== receiving.bytes || request.isPaused() || request.readableLength > 0) {
          receiving.bytes = bytesRead;
          receiving.since = now;
        }
      }
      if (now - receiving.since <= this.#timeout) continue;
      this.#begun.delete(request);
      request.destroy();
    }
  }
}
