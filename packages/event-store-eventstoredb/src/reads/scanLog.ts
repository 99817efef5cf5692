import { isUpTo, latest, type LogSlice, type Position, type PositionedEvent, type ReadAllOptions } from '@account-data/event-store';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { readLogRequest } from '../wire/readRequests.js';
import { isOfSystem, positionedEvent, positionOf, sizeOf } from '../wire/recordedEvents.js';
import { readEvents } from './readEvents.js';
import type { StoreContext } from './retryRead.js';

/**
 * One attempt to read a part of a node's log, whose head is `head`, by a call that ends by itself at the end of the log. For servers that don't tell
 * when a subscription has caught up; where few events match, nothing tells how far it came before it is through.
 *
 * @category destructors
 */
export const scanLog = async (
  { runtime, timeouts }: StoreContext,
  node: ConnectedNode,
  { after, prefixes, limit, maxBytes = Infinity }: ReadAllOptions,
  head: Position,
): Promise<LogSlice> => {
  const events: Array<PositionedEvent> = [];
  // It begins at its position, inclusive. Nothing comes of a long stretch without a match: silence may last.
  const options = { request: readLogRequest(after, prefixes, limit + 1), silence: timeouts.catchUpSilence };
  let looked = 0;
  let bytes = 0;
  const cut = { is: false };
  let reached = after;
  await readEvents(runtime, node, options, (answer) => {
    if (answer._tag !== 'Event') return undefined;
    const { event } = answer;
    looked += 1;
    const position = positionOf(event);
    if (isUpTo(position, after) || events.length >= limit) return undefined;
    bytes += sizeOf(event);
    cut.is = bytes > maxBytes && events.length > 0;
    if (cut.is) return 'enough';
    reached = position;
    if (!isOfSystem(event)) events.push(positionedEvent(event));
    return undefined;
  });
  const next = looked <= limit && !cut.is ? latest(reached, head) : reached;
  return { events, next, isEnd: isUpTo(head, next) };
};
