import type { ReadError, ReadStreamOptions, RecordedEvent, StreamSlice } from '@account-data/event-store';
import type * as E from 'fp-ts/lib/Either.js';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { readStreamRequest } from '../wire/readRequests.js';
import { recordedEvent, sizeOf } from '../wire/recordedEvents.js';
import { readEvents } from './readEvents.js';
import { isUnspeakable } from '../faults/ServerFault.js';
import { isTombstonedByAppend } from '../streams/isTombstonedByAppend.js';
import { retryRead, type StoreContext } from './retryRead.js';

const attemptRead = async (
  { runtime }: StoreContext,
  node: ConnectedNode,
  stream: string,
  { from, direction, limit, maxBytes = Infinity }: ReadStreamOptions,
  silence: number,
): Promise<StreamSlice> => {
  const events: Array<RecordedEvent> = [];
  const found = { stream: true, bytes: 0, isCut: false };
  // One more than asked for tells whether the stream goes on.
  const request = readStreamRequest(stream, from, direction === 'backwards', limit + 1);
  await readEvents(runtime, node, { request, silence }, (answer) => {
    if (answer._tag === 'StreamNotFound') found.stream = false;
    if (answer._tag !== 'Event') return undefined;
    found.bytes += sizeOf(answer.event);
    found.isCut = found.bytes > maxBytes && events.length > 0;
    if (found.isCut) return 'enough';
    events.push(recordedEvent(answer.event));
    return undefined;
  });
  if (!found.stream) return { _tag: 'NoStream' };
  const isEnd = !found.isCut && events.length <= limit;
  return { _tag: 'Events', events: isEnd ? events : events.slice(0, limit), isEnd };
};

/**
 * A part of a stream. A stream that was deleted softly is `NoStream`, as EventStoreDB answers.
 *
 * @category destructors
 */
export const readStream = (context: StoreContext, stream: string, options: ReadStreamOptions): Promise<E.Either<ReadError, StreamSlice>> =>
  retryRead<StreamSlice>(
    context,
    `read the stream ${stream}`,
    async (node, milliseconds): Promise<StreamSlice> => {
      try {
        return await attemptRead(context, node, stream, options, milliseconds);
      } catch (error) {
        if (isUnspeakable(error) && (await isTombstonedByAppend(context, stream))) return { _tag: 'Tombstoned' };
        throw error;
      }
    },
    (fault) => (fault._tag === 'Tombstoned' ? { _tag: 'Tombstoned' } : undefined),
  );
