import { type Runtime, TimedOut, within } from '@account-data/runtime';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import type { Connection } from '../connection/Connection.js';
import { describeFault, serverFault } from '../faults/ServerFault.js';
import type { PreparedAppend } from '../wire/appendRequests.js';
import type { AttemptOutcome } from './AttemptOutcome.js';
import { BatchAppendCall } from './BatchAppendCall.js';

/** A call that is opened, or is being opened. */
interface Opening {
  readonly began: number;
  readonly call: Promise<BatchAppendCall>;
  /** Undefined while it is looked for. */
  node: ConnectedNode | undefined;
}

/**
 * Sends appends on one BatchAppend call, opened when it is needed and opened anew when it has ended.
 *
 * @category model
 */
export class Appender {
  readonly #runtime: Runtime;
  readonly #connection: Connection;
  readonly #patience: number;
  #opening: Opening | undefined;

  /** A node that answers nothing for `patience` milliseconds is left for another. */
  constructor(runtime: Runtime, connection: Connection, patience: number) {
    this.#runtime = runtime;
    this.#connection = connection;
    this.#patience = patience;
  }

  /** One attempt. It never rejects, and takes no longer than so many milliseconds. */
  async attempt(append: PreparedAppend, milliseconds: number): Promise<AttemptOutcome> {
    const began = this.#runtime.clock.monotonic();
    const opening = this.#opening ?? this.#open();
    let call: BatchAppendCall;
    try {
      call = await within(this.#runtime, milliseconds, opening.call);
    } catch (error) {
      if (!(error instanceof TimedOut)) return { _tag: 'NotWritten', reason: describeFault(serverFault(error)) };
      // Others may have waited for longer or shorter: how long the opening has taken is what counts.
      if (began + milliseconds - opening.began >= this.#patience) this.#giveUp(opening);
      return { _tag: 'NotWritten', reason: `no connection within ${Math.round(milliseconds)} ms` };
    }
    const left = milliseconds - (this.#runtime.clock.monotonic() - began);
    const outcome = await call.send(append, Math.max(1, left));
    if (call.hasEnded && this.#forget(opening) && call.wasSilent) opening.node?.leave('the node did not answer an append');
    return outcome;
  }

  /** Ends the call. Nothing may be under way. */
  close(): void {
    if (this.#opening !== undefined) this.#drop(this.#opening);
  }

  #open(): Opening {
    const found = this.#connection.node();
    const opened = found.then((node) => node.openBatchAppend());
    const call = opened.then((stream) => new BatchAppendCall(this.#runtime, stream, this.#patience));
    const opening: Opening = { began: this.#runtime.clock.monotonic(), call, node: undefined };
    this.#opening = opening;
    found.then(
      (node) => {
        opening.node = node;
      },
      () => undefined,
    );
    call.catch(() => this.#forget(opening));
    return opening;
  }

  /** The node takes a connection and makes nothing of it, or none is found. */
  #giveUp(opening: Opening): void {
    if (this.#opening !== opening) return;
    this.#drop(opening);
    opening.node?.leave('the node did not open a call for appends');
  }

  /** Ends the call, also where it is yet to be opened. */
  #drop(opening: Opening): void {
    this.#forget(opening);
    opening.call.then(
      (call) => {
        call.cancel('the call was given up');
      },
      () => undefined,
    );
  }

  /** True for the first one who finds out. */
  #forget(opening: Opening): boolean {
    if (this.#opening !== opening) return false;
    this.#opening = undefined;
    return true;
  }
}
