import type { status } from '@grpc/grpc-js';

/** What a rule can be about. */
export type Operation = 'append' | 'tombstone' | 'delete' | 'read-stream' | 'read-all' | 'subscribe' | 'gossip' | 'features';

/**
 * What goes wrong with a call.
 *
 * - `answer-late`: it is done, and answered so many milliseconds later.
 * - `drop-answer`: it is done and never answered.
 * - `lose-request`: it is not done and never answered.
 * - `cut-after`: it is done, and the connection breaks before the answer.
 * - `cut-before`: the connection breaks before it is done.
 * - `not-leader`: refused, with the leader's address where one is known.
 * - `fail`: the call ends with this gRPC status (and EventStoreDB's name for what went wrong), having been done or not
 *   (default): a deadline may pass after the write.
 * - `server-timeout`: the node answers that its write timed out, having done it or not.
 * - `not-ready`: the node answers that it is not ready.
 * - `hold`: it is done, and answered when {@link FaultControl.release} is called: that makes answers come out of order.
 * - `answer-twice`: it is done and answered twice.
 * - `cut-stream`: a read or subscription breaks, with the connection, after so many events.
 */
export type Fault =
  | { readonly kind: 'answer-late'; readonly milliseconds: number }
  | { readonly kind: 'drop-answer' }
  | { readonly kind: 'lose-request' }
  | { readonly kind: 'cut-after' }
  | { readonly kind: 'cut-before' }
  | { readonly kind: 'not-leader'; readonly leader?: { readonly host: string; readonly port: number } }
  | { readonly kind: 'fail'; readonly code: status; readonly details?: string; readonly exception?: string; readonly done?: boolean }
  | { readonly kind: 'server-timeout'; readonly done: boolean }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'answer-twice' }
  | { readonly kind: 'cut-stream'; readonly afterEvents: number };

export interface FaultRule {
  readonly on: Operation;
  /** Only calls about streams whose names contain this. */
  readonly stream?: string;
  /** How many calls it is about, then it is gone. Default 1. */
  readonly times?: number;
  readonly fault: Fault;
}

/** Which rules apply; the first that fits a call is used up by it. */
export class FaultControl {
  #rules: Array<{ rule: FaultRule; left: number }> = [];
  #held: Array<() => void> = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** How many calls are still to go wrong. */
  get pending(): number {
    return this.#rules.reduce((sum, { left }) => sum + left, 0);
  }

  next(operation: Operation, stream: string): Fault | undefined {
    const found = this.#rules.find(({ rule }) => rule.on === operation && (rule.stream === undefined || stream.includes(rule.stream)));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#rules = this.#rules.filter((entry) => entry !== found);
    return found.rule.fault;
  }

  hold(answer: () => void): void {
    this.#held.push(answer);
  }

  get held(): number {
    return this.#held.length;
  }

  /** Gives the answers that were held, the last one first. */
  release(): void {
    const answers = this.#held.reverse();
    this.#held = [];
    for (const answer of answers) answer();
  }
}
