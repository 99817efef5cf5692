import type { Position, ReadError, ReadFrom } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type * as E from 'fp-ts/lib/Either.js';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { lastEventsRequest } from '../wire/readRequests.js';
import { positionOf } from '../wire/recordedEvents.js';
import { readEvents } from './readEvents.js';
import { retryRead, type StoreContext } from './retryRead.js';

/**
 * One attempt to read the position of the last event of a node's log before a position (exclusive), or of all from `end`;
 * events of the system and of others count. `start` where there is none.
 *
 * @category destructors
 */
export const lastPositionBefore = async (
  runtime: Runtime,
  node: ConnectedNode,
  before: Position | 'end',
  options: { readonly silence: number; readonly onLeader?: boolean },
): Promise<ReadFrom> => {
  let found: ReadFrom = 'start';
  await readEvents(runtime, node, { request: lastEventsRequest(before, 1), ...options }, (answer) => {
    if (answer._tag === 'Event') found = positionOf(answer.event);
    return undefined;
  });
  return found;
};

/**
 * The position of the last event of the log, foreign and system events included; tried again for a while.
 *
 * @category destructors
 */
export const readHead = (context: StoreContext): Promise<E.Either<ReadError, ReadFrom>> =>
  retryRead(context, 'read $all', (node, silence) => lastPositionBefore(context.runtime, node, 'end', { silence }));
