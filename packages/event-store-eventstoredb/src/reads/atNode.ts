import { type Runtime, TimedOut, within } from '@account-data/runtime';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import type { Connection } from '../connection/Connection.js';
import { CallFailed } from '../faults/ServerFault.js';
import { patience, type Timeouts } from '../Timeouts.js';

/** What an attempt needs of a store's parts. @category model */
export interface AttemptContext {
  readonly runtime: Runtime;
  readonly connection: Connection;
  readonly timeouts: Timeouts;
}

/**
 * One attempt at the node that the connection leads to. A node that does not answer it is let go of, where it had time
 * enough.
 *
 * @category combinators
 */
export const atNode = async <A>(
  { runtime, connection, timeouts }: AttemptContext,
  milliseconds: number,
  attempt: (node: ConnectedNode) => Promise<A>,
): Promise<A> => {
  const node = await within(runtime, milliseconds, connection.node()).catch((error: unknown) => {
    if (!(error instanceof TimedOut)) throw error;
    throw new CallFailed({ _tag: 'Transient', sent: false, reason: `no node was found within ${Math.round(milliseconds)} ms` });
  });
  try {
    return await attempt(node);
  } catch (error) {
    if (error instanceof TimedOut && milliseconds >= patience(timeouts)) node.leave(error.message);
    throw error;
  }
};
