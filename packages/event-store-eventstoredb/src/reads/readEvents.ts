import { type Runtime, TimedOut } from '@account-data/runtime';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import type { ReadAnswer } from '../wire/ReadAnswer.js';

/** What is read, and where. @category model */
export interface ReadEventsOptions {
  readonly request: ReadReq;
  readonly onLeader?: boolean;
  /** Milliseconds that may pass without an answer, at the beginning and between two. */
  readonly silence: number;
}

/**
 * Makes a Read call that ends by itself, gives each answer to `take` and resolves at the end, or where `take` gives
 * `enough`. It rejects with what the
 * call fails with, or with {@link TimedOut}; the call is never left open.
 *
 * @category combinators
 */
export const readEvents = (
  runtime: Runtime,
  node: ConnectedNode,
  { request, onLeader = false, silence }: ReadEventsOptions,
  take: (answer: ReadAnswer) => 'enough' | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let call: ClientReadableStream<ReadAnswer> | undefined;
    let settled = false;
    let answered = true;
    let cancelTimer = (): void => undefined;

    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      cancelTimer();
      call?.cancel();
      finish();
    };
    const fail = (error: unknown): void => {
      settle(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    // The timer is not set anew with each of thousands of answers: it looks whether there was one.
    const watch = (): void => {
      cancelTimer = runtime.timers.setTimeout(() => {
        if (answered) {
          answered = false;
          watch();
        } else fail(new TimedOut(`no answer within ${Math.round(silence)} ms`));
      }, silence / 2);
    };

    watch();
    node.openRead(request, { onLeader }).then((opened) => {
      opened.on('error', fail);
      if (settled) {
        opened.cancel();
        return;
      }
      call = opened;
      opened.on('data', (answer: ReadAnswer) => {
        answered = true;
        if (settled) return;
        try {
          if (take(answer) === 'enough') settle(resolve);
        } catch (error) {
          fail(error);
        }
      });
      opened.on('end', () => {
        settle(resolve);
      });
    }, fail);
  });
