import type { HostLogger } from '@account-data/modules';
import type { Projection } from '@account-data/projection';
import { pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

/** How long erasures that were heard of are collected, to copy the projection once for all of them, in milliseconds. */
const collecting = 1_000;
/** How long to wait after a copy that failed (a full disk), in milliseconds. */
const afterFailure = 60_000;
/** How long to wait before asking again, while the projection is being rebuilt or verified, in milliseconds. */
const patience = 200;
/** After so many copies that each missed an erasure, something else is wrong. */
const attempts = 5;

/**
 * Sees to it that no file of the projection keeps bytes of erased users: records that are removed leave them behind until
 * the projection is copied. Whoever asks while it is copied shares the next copy. Erasures that another server carried
 * out, or that an older projection which was brought back did not know, are seen to in the background.
 */
export class ProjectionScrubber {
  readonly #projection: Projection;
  readonly #runtime: Runtime;
  readonly #logger: HostLogger | undefined;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #erasing = 0;
  #closed = false;
  #delay = collecting;
  #cancelTimer: (() => void) | undefined;
  readonly #stopListening: () => void;

  constructor(projection: Projection, runtime: Runtime, logger: HostLogger | undefined) {
    this.#projection = projection;
    this.#runtime = runtime;
    this.#logger = logger;
    this.#stopListening = projection.onChange(() => {
      this.look();
    });
  }

  /** An erasure of this server's own is carried out meanwhile, which asks when its time has come. */
  async during<A>(erasure: () => Promise<A>): Promise<A> {
    this.#erasing += 1;
    try {
      return await erasure();
    } finally {
      this.#erasing -= 1;
      this.look();
    }
  }

  /** Sees in the background to what there is to do. */
  look(): void {
    if (this.#closed || this.#erasing > 0 || this.#cancelTimer !== undefined || this.#projection.scrubbed()) return;
    this.#cancelTimer = this.#runtime.timers.setBackgroundTimeout(() => {
      this.#cancelTimer = undefined;
      if (this.#closed || this.#erasing > 0) return;
      this.scrub().then(
        () => {
          this.#delay = collecting;
        },
        (error: unknown) => {
          if (this.#closed) return;
          this.#logger?.log('error', 'The projection keeps bytes of erased users: it could not be copied. It is tried again in a minute', {
            reason: error instanceof Error ? error.message : 'unknown',
          });
          this.#delay = afterFailure;
          this.look();
        },
      );
    }, this.#delay);
  }

  /** Resolved when no file holds a byte of those whose erasure reads reflect now. Rejects where they can't be copied. */
  scrub(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    return (this.#queued ??= this.#running.then(
      () => this.#startQueued(),
      () => this.#startQueued(),
    ));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#cancelTimer?.();
    await Promise.allSettled([this.#running, this.#queued]);
  }

  #startQueued(): Promise<void> {
    this.#queued = undefined;
    return this.#start();
  }

  #start(): Promise<void> {
    const running = this.#run().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #run(): Promise<void> {
    for (let copies = 0; !this.#projection.scrubbed(); ) {
      if (this.#closed) throw new Error('the engine was closed');
      if (copies === attempts) throw new Error('the projection does not hear of the latest erasures');
      const compacted = await this.#projection.compact()();
      if (E.isRight(compacted)) copies += 1;
      else if (compacted.left._tag === 'RebuildRunning') {
        await pause(this.#runtime, patience, { isBackground: true });
      } else {
        throw new Error(
          `the projection could not be copied (${compacted.left.code}${'message' in compacted.left ? `: ${compacted.left.message}` : ''})`,
        );
      }
    }
  }
}
