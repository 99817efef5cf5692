import type { Runtime } from '@account-data/runtime';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { describeFault, serverFault } from '../faults/ServerFault.js';
import { batchAppendRequest, type PreparedAppend } from '../wire/appendRequests.js';
import { type AttemptOutcome, readAnswer, uuidText } from './AttemptOutcome.js';

interface Pending {
  readonly append: PreparedAppend;
  readonly settle: (outcome: AttemptOutcome) => void;
  /** Monotonic time of its being written; undefined while it waits for room. */
  sentAt: number | undefined;
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
  readonly #stream: ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
  readonly #pending = new Map<string, Pending>();
  /** Ids of appends that wait until the connection takes more. */
  readonly #waiting: Array<string> = [];
  #hasRoom = true;
  #lastAnswer: number | undefined;
  #ended: string | undefined;
  #silent = false;

  constructor(runtime: Runtime, stream: ClientDuplexStream<BatchAppendReq, BatchAppendResp>) {
    this.#runtime = runtime;
    this.#stream = stream;
    stream.on('data', (answer: BatchAppendResp) => {
      this.#take(answer);
    });
    stream.on('drain', () => {
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
      this.#pending.set(id, { append, settle, sentAt: undefined });
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
      pending.sentAt = this.#runtime.clock.monotonic();
      this.#hasRoom = this.#stream.write(batchAppendRequest(pending.append, id));
    }
  }

  #take(answer: BatchAppendResp): void {
    this.#lastAnswer = this.#runtime.clock.monotonic();
    const id = uuidText(answer.getCorrelationId());
    const pending = this.#pending.get(id);
    // An answer nobody waits for any more: late, or the second one for the same append.
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.settle(readAnswer(answer));
  }

  #giveUp(id: string, milliseconds: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    const reason = `no answer within ${Math.round(milliseconds)} ms`;
    const { sentAt } = pending;
    pending.settle({ _tag: sentAt === undefined ? 'NotWritten' : 'Unknown', reason });
    // Where others were answered meanwhile, only this append was lost; where nobody was, the node is silent.
    const answeredSince = this.#lastAnswer !== undefined && sentAt !== undefined && this.#lastAnswer >= sentAt;
    if (answeredSince) return;
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
    for (const { settle, sentAt } of pending) {
      if (accessDenied) settle({ _tag: 'AccessDenied', reason });
      else settle({ _tag: nothingWasSent || sentAt === undefined ? 'NotWritten' : 'Unknown', reason });
    }
  }
}
