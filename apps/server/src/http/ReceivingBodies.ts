import type { Clock, Timers } from '@account-data/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** While its body is on its way. */
    receiving: Receiving | undefined;
    /** Of a body that is taken as a stream: aborted when it has stopped coming, a while before the connection is cut. */
    bodyLate: AbortSignal | undefined;
  }
}

/** Between two looks, in milliseconds. */
const interval = 1_000;

/** How long a stop waits for the next bytes of a body, in milliseconds. */
const patience = 1_000;

/** A request whose body is on its way, in a list of them all: no look-up for the many that come whole at once. */
interface Receiving {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Tells whoever takes the body as a stream that it comes too slowly; absent for bodies that are read whole. */
  readonly late: AbortController | undefined;
  /** Whether the body is taken as a stream; else it is read whole before the request is looked at. */
  readonly streamed: boolean;
  /** When it began, or as a stream last went on. */
  since: number;
  /** What had come over the connection at the last look, and when that was seen to change. */
  bytes: number;
  heard: number;
  previous: Receiving | undefined;
  next: Receiving | undefined;
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
  #first: Receiving | undefined;
  #count = 0;

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
  begin(request: FastifyRequest, reply: FastifyReply, streamed: boolean): boolean {
    if (this.#count >= this.#limit) {
      this.#look();
      if (this.#count >= this.#limit) return false;
    }
    const at = request.startedAt;
    const next = this.#first;
    const late = streamed ? new AbortController() : undefined;
    if (late !== undefined) request.bodyLate = late.signal;
    const receiving: Receiving = { request, reply, late, streamed, since: at, bytes: 0, heard: at, previous: undefined, next };
    if (next !== undefined) next.previous = receiving;
    this.#first = receiving;
    this.#count += 1;
    request.receiving = receiving;
    return true;
  }

  /** Whether a body that is read whole is still coming, so that a stop should let it. One that has stalled is not. */
  coming(): boolean {
    const now = this.#clock.monotonic();
    let coming = false;
    for (let receiving = this.#first; receiving !== undefined; receiving = receiving.next) {
      const { raw } = receiving.request;
      if (receiving.streamed || raw.complete || raw.destroyed || now - receiving.since > this.#timeout) continue;
      const { bytesRead } = raw.socket;
      if (bytesRead !== receiving.bytes) {
        receiving.bytes = bytesRead;
        receiving.heard = now;
      }
      if (now - receiving.heard <= patience) coming = true;
    }
    return coming;
  }

  end(request: FastifyRequest): void {
    const { receiving } = request;
    if (receiving === undefined) return;
    request.receiving = undefined;
    this.#count -= 1;
    const { previous, next } = receiving;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
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
    for (let receiving = this.#first; receiving !== undefined; receiving = receiving.next) {
      const { request, reply, streamed, late } = receiving;
      const { raw } = request;
      if (raw.complete || raw.destroyed) {
        this.end(request);
        continue;
      }
      if (streamed && !reply.raw.writableEnded) {
        const { bytesRead } = raw.socket;
        // What is not read because the store is slow is not the client's fault.
        if (bytesRead !== receiving.bytes || raw.readableLength > 0) {
          receiving.bytes = bytesRead;
          receiving.since = now;
        }
      }
      if (now - receiving.since <= this.#timeout) continue;
      if (late !== undefined && !late.signal.aborted && !reply.raw.headersSent) {
        // It has as long again to be answered.
        receiving.since = now;
        reply.raw.setHeader('Connection', 'close');
        late.abort();
        continue;
      }
      this.end(request);
      // The answer ends the connection.
      if (!streamed && !reply.raw.headersSent) this.#onLate(reply);
      else raw.destroy();
    }
  }
}
