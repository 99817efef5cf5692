import type { PositionedEvent } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { serverFault } from '../faults/ServerFault.js';
import { readEvents } from '../reads/readEvents.js';
import { readStreamRequest } from '../wire/readRequests.js';
import { recordedEvent } from '../wire/recordedEvents.js';

/** An event that was told, by which its log is known again. @category model */
export type ToldEvent = Pick<PositionedEvent, 'stream' | 'revision' | 'id'>;

/**
 * Whether a node's log, which goes on beyond an event that was told, has another one in its place, or ends the stream before
 * it: an older copy took the log's place. Streams are only shortened from their beginning or removed as a whole, so that
 * nothing is said by a stream that is not there any more.
 */
export const isReplaced = async (runtime: Runtime, node: ConnectedNode, { stream, revision, id }: ToldEvent, silence: number): Promise<boolean> => {
  let replaced = false;
  try {
    await readEvents(runtime, node, { request: readStreamRequest(stream, revision, true, 1), silence }, (answer) => {
      if (answer._tag === 'Event') replaced = recordedEvent(answer.event).id !== id;
      return undefined;
    });
  } catch (error) {
    if (serverFault(error)._tag !== 'Tombstoned') throw error;
  }
  return replaced;
};
