import type { Runtime } from '@account-data/runtime';
import { describeFault, serverFault } from '../faults/ServerFault.js';
import { batchAppendRequest, type PreparedAppend } from '../wire/appendRequests.js';
import type { AppendAnswer, AttemptOutcome } from './AttemptOutcome.js';

interface Pending {
  readonly append: PreparedAppend;
  readonly settle: (outcome: AttemptOutcome) => void;
  /** Monotonic. */
  readonly queuedAt: number;
  /** False while it waits for room. */
  written: boolean;
}

/** What is used of the stream that gRPC gives for the call. @category model */
export interface AppendStream {
  on(event: 'data', listener: (answer: AppendAnswer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'drain' | 'end', listener: () => void): unknown;
  write(request: Buffer): boolean;
  cancel(): void;
}

/**
 * One BatchAppend call: any number of appends are under way on it at once, each answered by its own correlation id, in
 * whatever order. What is under way is known to this call alone, so that the end of another call, of another store or
 * of another client in the process touches nothing here.
 *
 * @category model
 */
export class BatchAppendCall {
  readonly #runtime: Runtime;
  readonly #stream: AppendStream;
  readonly #patience: number;
  readonly #pending = new Map<string, Pending>();
  /** Ids of appends that wait until the connection takes more. */
  readonly #waiting: Array<string> = [];
  #hasRoom = true;
  /** Since when, by the monotonic clock, the node owes answers and has given no sign of life. */
  #silentSince: number | undefined;
  #ended: string | undefined;
  #silent = false;

  /** A node that owes answers and gives none for `patience` milliseconds is silent. */
  constructor(runtime: Runtime, stream: AppendStream, patience: number) {
    this.#runtime = runtime;
    this.#stream = stream;
    this.#patience = patience;
    stream.on('data', (answer: AppendAnswer) => {
      this.#take(answer);
    });
    stream.on('drain', () => {
      // The network took something: on a slow one that is the only sign of life while much is under way.
      this.#heard();
      this.#hasRoom = true;
      this.#writeWaiting();
    });
    stream.on('error', (error: unknown) => {
      const fault = serverFault(error);
      this.#end(describeFault(fault), fault._tag === 'Transient' && !fault.sent, fault._tag === 'AccessDenied');
    });
    stream.on('end', () => {
      this.#end('the server ended the call', false, false);
    });
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Whether it ended because the node took appends and answered none. */
  get wasSilent(): boolean {
    return this.#silent;
  }

  /** Sends an append and gives what came of it; where no answer comes for so many milliseconds, it is unknown. */
  send(append: PreparedAppend, milliseconds: number): Promise<AttemptOutcome> {
    if (this.#ended !== undefined) return Promise.resolve({ _tag: 'NotWritten', reason: this.#ended });
    const id = this.#runtime.random.uuid();
    return new Promise((resolve) => {
      const cancelTimer = this.#runtime.timers.setTimeout(() => {
        this.#giveUp(id, milliseconds);
      }, milliseconds);
      const settle = (outcome: AttemptOutcome): void => {
        cancelTimer();
        resolve(outcome);
      };
      const queuedAt = this.#runtime.clock.monotonic();
      this.#silentSince ??= queuedAt;
      this.#pending.set(id, { append, settle, queuedAt, written: false });
      this.#waiting.push(id);
      this.#writeWaiting();
    });
  }

  /** Ends the call; what is under way on it is unknown. */
  cancel(reason: string): void {
    this.#end(reason, false, false);
  }

  #writeWaiting(): void {
    while (this.#hasRoom && this.#ended === undefined) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const pending = this.#pending.get(id);
      if (pending === undefined) continue;
      pending.written = true;
      this.#hasRoom = this.#stream.write(batchAppendRequest(pending.append, id));
    }
  }

  #take({ id, outcome }: AppendAnswer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#heard();
    // Undefined where nobody waits for it any more: it is late, or the second one for the same append.
    pending?.settle(outcome);
  }

  #heard(): void {
    this.#silentSince = this.#pending.size === 0 ? undefined : this.#runtime.clock.monotonic();
  }

  #giveUp(id: string, milliseconds: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    const reason = `no answer within ${Math.round(milliseconds)} ms`;
    pending.settle({ _tag: pending.written ? 'Unknown' : 'NotWritten', reason });
    // Where something was heard meanwhile, only this append was lost, or waited for room in vain. Nothing follows from
    // a short time either: it is what was left of the append's whole time.
    const since = this.#silentSince;
    if (since === undefined || since > pending.queuedAt) return;
    if (pending.queuedAt - since + milliseconds < this.#patience) return;
    this.#silent = true;
    this.#end(reason, false, false);
  }

  #end(reason: string, nothingWasSent: boolean, accessDenied: boolean): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#waiting.length = 0;
    this.#stream.cancel();
    for (const { settle, written } of pending) {
      if (accessDenied) settle({ _tag: 'AccessDenied', reason });
      else settle({ _tag: nothingWasSent || !written ? 'NotWritten' : 'Unknown', reason });
    }
  }
}
