import type { Clock, Timers } from '@account-data/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Slots } from '../limits/Slots.js';

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
  /** `whole`: read before the request is looked at; `streamed`: taken as it comes; `unread`: of no interest to anybody. */
  readonly kind: 'whole' | 'streamed' | 'unread';
  /** Frees its place. */
  readonly free: () => void;
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
  readonly #places: Slots;
  readonly #onLate: (reply: FastifyReply) => void;
  #first: Receiving | undefined;

  /**
   * `timeout` in milliseconds; each body that is received takes one of the `places`. `onLate` answers a request that was not
   * answered yet and whose body, to be read whole, has run out of time.
   */
  constructor(clock: Clock, timeout: number, places: Slots, onLate: (reply: FastifyReply) => void) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#places = places;
    this.#onLate = onLate;
  }

  /** Says whether too many are arriving already, of all or of the request's principal. */
  begin(request: FastifyRequest, reply: FastifyReply, streamed: boolean): undefined | 'all' | 'principal' {
    const principal = request.session?.principal.id ?? '';
    let free = this.#places.take(principal);
    if (typeof free === 'string') {
      this.#look();
      free = this.#places.take(principal);
      if (typeof free === 'string') return free;
    }
    this.#add(request, reply, streamed ? 'streamed' : 'whole', free);
    return undefined;
  }

  /** A body that nobody reads takes no place, but has to end in time. */
  passOver(request: FastifyRequest, reply: FastifyReply): void {
    this.#add(request, reply, 'unread', () => undefined);
  }

  #add(request: FastifyRequest, reply: FastifyReply, kind: Receiving['kind'], free: () => void): void {
    const at = request.startedAt;
    const next = this.#first;
    const late = kind === 'streamed' ? new AbortController() : undefined;
    if (late !== undefined) request.bodyLate = late.signal;
    const receiving: Receiving = { request, reply, late, kind, free, since: at, bytes: 0, heard: at, previous: undefined, next };
    if (next !== undefined) next.previous = receiving;
    this.#first = receiving;
    request.receiving = receiving;
  }

  /** Whether a body that is read whole is still coming, so that a stop should let it. One that has stalled is not. */
  coming(): boolean {
    const now = this.#clock.monotonic();
    let coming = false;
    for (let receiving = this.#first; receiving !== undefined; receiving = receiving.next) {
      const { raw } = receiving.request;
      if (receiving.kind !== 'whole' || raw.complete || raw.destroyed || now - receiving.since > this.#timeout) continue;
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
    receiving.free();
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
      const { request, reply, late } = receiving;
      const streamed = receiving.kind === 'streamed';
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
