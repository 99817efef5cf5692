import type { AccessDenied, StoreUnavailable } from '@account-data/event-store';
import { backoffDelay, pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Appender } from '../appends/Appender.js';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import type { Connection } from '../connection/Connection.js';
import { describeFault, serverFault } from '../faults/ServerFault.js';
import type { RecentEvents } from '../subscriptions/RecentEvents.js';
import type { Timeouts } from '../Timeouts.js';
import { atNode } from './atNode.js';

/** What a store's parts work with. @category model */
export interface StoreContext {
  readonly runtime: Runtime;
  readonly connection: Connection;
  readonly appender: Appender;
  readonly timeouts: Timeouts;
  /** Shared by the subscriptions. */
  readonly recent: RecentEvents;
  /** The server, as messages name it. */
  readonly name: string;
}

/** The error where the account may not do `what`. @category constructors */
export const accessDenied = (name: string, what: string): AccessDenied => ({
  _tag: 'AccessDenied',
  code: 'store_access_denied',
  message: `${name} does not let this account ${what}. Check the user, its password and the access lists of the streams.`,
});

/** The error where the server can't be reached or can't answer. @category constructors */
export const unavailable = (name: string, reason: string): StoreUnavailable => ({
  _tag: 'StoreUnavailable',
  code: 'store_unavailable',
  message: `${name} can't be reached or can't answer now: ${reason}.`,
});

/**
 * Does something that only reads, each attempt at one node, again and again with pauses that grow, until it succeeds or the time for reads is
 * over. An answer that is no success but final comes from `settle`, as a value.
 *
 * @category combinators
 */
export const retryRead = async <A>(
  context: StoreContext,
  what: string,
  attempt: (node: ConnectedNode, milliseconds: number) => Promise<A>,
  settle: (fault: ReturnType<typeof serverFault>) => A | undefined = () => undefined,
): Promise<E.Either<AccessDenied | StoreUnavailable, A>> => {
  const { runtime, timeouts, name } = context;
  const end = runtime.clock.monotonic() + timeouts.read;
  for (let round = 1; ; round += 1) {
    const left = end - runtime.clock.monotonic();
    const milliseconds = Math.min(timeouts.attempt, Math.max(1, left));
    try {
      return E.right(await atNode(context, milliseconds, (node) => attempt(node, milliseconds)));
    } catch (error) {
      const fault = serverFault(error);
      const settled = settle(fault);
      if (settled !== undefined) return E.right(settled);
      if (fault._tag === 'AccessDenied') return E.left(accessDenied(name, what));
      const delay = backoffDelay(runtime, timeouts.retry, round);
      if (fault._tag !== 'Transient' || runtime.clock.monotonic() + delay >= end) return E.left(unavailable(name, describeFault(fault)));
      await pause(runtime, delay);
    }
  }
};
