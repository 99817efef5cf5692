import type { Timers } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Agent } from 'node:http';
import type { RateLimiter } from '../limits/RateLimiter.js';
import { answerAtSocket, askAtSocket } from './innerSocket.js';

/** How long the owner has to count requests, in milliseconds. */
const patience = 5_000;

const principals = t.readonlyArray(t.string);
const waits = t.readonlyArray(t.number);

/** Has `rates` count what other processes of this server let in: a principal has one bucket, whichever process it asks. Gives what ends that. */
export const answerRates = (socketPath: string, rates: RateLimiter): Promise<() => Promise<void>> =>
  answerAtSocket(socketPath, async (asked) => {
    const ids = principals.decode(asked);
    if (E.isLeft(ids)) throw new TypeError('Principals are counted, and no others.');
    return Promise.all(ids.right.map(async (id) => rates.bucketOf(id).take()));
  });

/** Requests that are counted by the owner of the log. @category model */
export interface OwnersRates extends RateLimiter {
  readonly close: () => Promise<void>;
}

interface Counted {
  readonly id: string;
  readonly settle: (wait: number | undefined) => void;
}

/**
 * Asks the owner for each request: all that come in one turn, or while a question is under way, go with the next one. Where there is no
 * answer, what was asked is not let in: it may have been counted.
 *
 * @category constructors
 */
export const ratesOfOwner = (socketPath: string, { defer }: Pick<Timers, 'defer'>): OwnersRates => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let gathered: Array<Counted> = [];
  let isAsking = false;

  const ask = async (group: ReadonlyArray<Counted>): Promise<ReadonlyArray<number>> => {
    const answer = waits.decode(await askAtSocket(socketPath, patience, { agent, question: group.map(({ id }) => id) }).catch(() => undefined));
    return E.isRight(answer) ? answer.right : [];
  };

  const askAll = async (): Promise<void> => {
    while (gathered.length > 0) {
      const group = gathered;
      gathered = [];
      const answer = await ask(group);
      group.forEach(({ settle }, nth) => {
        settle(answer[nth]);
      });
    }
    isAsking = false;
  };

  const take = (id: string): Promise<number | undefined> =>
    new Promise((settle) => {
      gathered.push({ id, settle });
      if (isAsking) return;
      isAsking = true;
      defer(() => void askAll());
    });

  return {
    bucketOf: (id) => ({ take: () => take(id) }),
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
};
