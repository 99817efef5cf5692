import type { CancelTimer, Runtime } from '@account-data/runtime';
import type { Lsn } from './Lsn.js';

/** How places are confirmed. */
export interface ConfirmationsOptions {
  readonly runtime: Runtime;
  /** Notes the place in the log, and then confirms it to the database. */
  readonly confirm: (lsn: Lsn) => Promise<void>;
  /** Told once of what a confirmation failed with that nobody waited for. */
  readonly onFailure: (error: unknown) => void;
}

/** How long changes may be in the log before their place is confirmed, in milliseconds. After a crash they come again, and are known. */
const afterChange = 500;
/** The same, where there was nothing for us. */
const afterNothing = 10_000;

/** Confirms places that were reached, at most every so often, the last one always. */
export class Confirmations {
  readonly #options: ConfirmationsOptions;
  #reached: Lsn | undefined;
  #timer: { readonly at: number; readonly cancel: CancelTimer } | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ConfirmationsOptions) {
    this.#options = options;
  }

  /** Everything before the place is durable here. */
  reach(lsn: Lsn, hadChanges: boolean): void {
    this.#reached = lsn;
    const { clock, timers } = this.#options.runtime;
    const at = clock.monotonic() + (hadChanges ? afterChange : afterNothing);
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = timers.setBackgroundTimeout(() => {
      this.settle().catch(this.#options.onFailure);
    }, at - clock.monotonic());
    this.#timer = { at, cancel };
  }

  /** Confirms at once what was reached. */
  settle(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#running = this.#running.then(async () => {
      const lsn = this.#reached;
      this.#reached = undefined;
      if (lsn !== undefined) await this.#options.confirm(lsn);
    });
    return this.#running;
  }

  /** Nothing is confirmed any more. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#reached = undefined;
  }
}
