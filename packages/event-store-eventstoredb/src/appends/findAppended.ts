import { type AppendResult, Revision } from '@account-data/event-store';
import { atNode } from '../reads/atNode.js';
import { readEvents } from '../reads/readEvents.js';
import type { StoreContext } from '../reads/retryRead.js';
import type { PreparedAppend } from '../wire/appendRequests.js';
import { readStreamRequest } from '../wire/readRequests.js';

/** How far back an append to `any` revision is looked for: what others appended to the stream in the meantime. */
const lookBack = 200;

/**
 * Looks for an append of unknown outcome at the end of its stream, by its event ids. With `any` a server remembers ids
 * only in memory: after its restart, sending them again would store them twice.
 *
 * @category destructors
 */
export const findAppended = async (
  context: StoreContext,
  append: PreparedAppend,
  silence: number,
): Promise<AppendResult | undefined> => {
  let found: AppendResult | undefined;
  const request = readStreamRequest(append.stream, undefined, true, lookBack + append.count);
  await atNode(context, silence, (node) =>
    readEvents(context.runtime, node, { request, silence, onLeader: true }, (answer) => {
      if (answer._tag === 'Event' && answer.event.id === append.lastId) found = { revision: Revision(answer.event.revision) };
      return undefined;
    }),
  );
  return found;
};
