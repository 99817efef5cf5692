import type { Runtime } from '@account-data/runtime';
import type { Connection } from '../connection/Connection.js';
import { describeFault, serverFault } from '../faults/ServerFault.js';
import { TimedOut, withTimer } from '../faults/withTimer.js';
import type { PreparedAppend } from '../wire/appendRequests.js';
import type { AttemptOutcome } from './AttemptOutcome.js';
import { BatchAppendCall } from './BatchAppendCall.js';

/**
 * Sends appends on one BatchAppend call, opened when it is needed and opened anew when it has ended.
 *
 * @category model
 */
export class Appender {
  readonly #runtime: Runtime;
  readonly #connection: Connection;
  #call: Promise<BatchAppendCall> | undefined;

  constructor(runtime: Runtime, connection: Connection) {
    this.#runtime = runtime;
    this.#connection = connection;
  }

  /** One attempt. It never rejects, and takes no longer than so many milliseconds. */
  async attempt(append: PreparedAppend, milliseconds: number): Promise<AttemptOutcome> {
    const began = this.#runtime.clock.monotonic();
    const opening = this.#call ?? this.#open();
    let call: BatchAppendCall;
    try {
      call = await withTimer(this.#runtime, milliseconds, opening);
    } catch (error) {
      this.#drop(opening);
      const reason = error instanceof TimedOut ? `no connection within ${Math.round(milliseconds)} ms` : describeFault(serverFault(error));
      return { _tag: 'NotWritten', reason };
    }
    const left = milliseconds - (this.#runtime.clock.monotonic() - began);
    const outcome = await call.send(append, Math.max(1, left));
    if (call.hasEnded && this.#forget(opening) && call.wasSilent) await this.#connection.leaveNode('the node did not answer an append');
    return outcome;
  }

  /** Ends the call. Nothing may be under way. */
  close(): void {
    if (this.#call !== undefined) this.#drop(this.#call);
  }

  #open(): Promise<BatchAppendCall> {
    const opening = this.#connection.openBatchAppend().then((stream) => new BatchAppendCall(this.#runtime, stream));
    this.#call = opening;
    opening.catch(() => this.#forget(opening));
    return opening;
  }

  /** Ends the call, also where it is yet to be opened. */
  #drop(opening: Promise<BatchAppendCall>): void {
    this.#forget(opening);
    opening.then(
      (call) => {
        call.cancel('the call was given up');
      },
      () => undefined,
    );
  }

  /** True for the first one who finds out. */
  #forget(opening: Promise<BatchAppendCall>): boolean {
    if (this.#call !== opening) return false;
    this.#call = undefined;
    return true;
  }
}
