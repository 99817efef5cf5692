import type { Clock, Timers } from '@account-data/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** Between two looks, in milliseconds. */
const interval = 1_000;

/** How long a stop waits for the next bytes of a body, in milliseconds. */
const patience = 1_000;

interface Receiving {
  readonly reply: FastifyReply;
  /** Whether the body is taken as a stream; else it is read whole before the request is looked at. */
  readonly streamed: boolean;
  /** When it began, or as a stream last went on. */
  since: number;
  /** What had come over the connection at the last look, and when that was seen to change. */
  bytes: number;
  heard: number;
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
  readonly #onLate: (reply: FastifyReply) => void;
  readonly #begun = new Map<IncomingMessage, Receiving>();

  /**
   * `timeout` in milliseconds; no more than `limit` bodies arrive at once. `onLate` answers a request that was not
   * answered yet and whose body, to be read whole, has run out of time.
   */
  constructor(clock: Clock, timeout: number, limit: number, onLate: (reply: FastifyReply) => void) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#limit = limit;
    this.#onLate = onLate;
  }

  /** False where too many are arriving already. */
  begin(request: IncomingMessage, reply: FastifyReply, streamed: boolean, at: number): boolean {
    if (this.#begun.size >= this.#limit) {
      this.#look();
      if (this.#begun.size >= this.#limit) return false;
    }
    this.#begun.set(request, { reply, streamed, since: at, bytes: 0, heard: at });
    return true;
  }

  /** Whether a body that is read whole is still coming, so that a stop should let it. One that has stalled is not. */
  coming(): boolean {
    const now = this.#clock.monotonic();
    let coming = false;
    for (const [request, receiving] of this.#begun) {
      if (receiving.streamed || request.complete || request.destroyed || now - receiving.since > this.#timeout) continue;
      const { bytesRead } = request.socket;
      if (bytesRead !== receiving.bytes) {
        receiving.bytes = bytesRead;
        receiving.heard = now;
      }
      if (now - receiving.heard <= patience) coming = true;
    }
    return coming;
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
      const { reply, streamed } = receiving;
      if (streamed && !reply.raw.writableEnded) {
        const { bytesRead } = request.socket;
        // What is not read because the store is slow is not the client's fault.
        if (bytesRead !== receiving.bytes || request.isPaused() || request.readableLength > 0) {
          receiving.bytes = bytesRead;
          receiving.since = now;
        }
      }
      if (now - receiving.since <= this.#timeout) continue;
      this.#begun.delete(request);
      // The answer ends the connection.
      if (!streamed && !reply.raw.headersSent) this.#onLate(reply);
      else request.destroy();
    }
  }
}
