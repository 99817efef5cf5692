import { Revision } from '@account-data/event-store';
import type { StoreContext } from '../reads/retryRead.js';
import { prepareAppend } from '../wire/appendRequests.js';

/** No stream has so many events: a write that expects it writes nothing. */
export const impossibleRevision = Revision(2n ** 62n);

/** An append that writes nothing: what comes of it tells whether it could have. @category constructors */
export const probingAppend = (context: StoreContext, stream: string): ReturnType<StoreContext['appender']['attempt']> => {
  const event = { id: context.runtime.random.uuid(), type: 'Probe', data: {}, metadata: {} };
  return context.appender.attempt(prepareAppend(stream, [event], impossibleRevision), context.timeouts.attempt);
};

/**
 * Whether a stream is tombstoned, asked in a way that also works where a node can't say so: it names the stream in the
 * headers of its answer, which hold ASCII only, and ends the call with HTTP status 500 where the name is not ASCII
 * (23.10). Answers to appends carry the name in their body.
 *
 * @category destructors
 */
export const isTombstonedByAppend = async (context: StoreContext, stream: string): Promise<boolean> => {
  if (/^[\x20-\x7e]*$/.test(stream)) return false;
  const outcome = await probingAppend(context, stream.startsWith('$$') ? stream.slice(2) : stream);
  return outcome._tag === 'Tombstoned';
};
