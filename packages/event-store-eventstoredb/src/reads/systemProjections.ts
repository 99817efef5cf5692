import type { ReadError } from '@account-data/event-store';
import type * as E from 'fp-ts/lib/Either.js';
import { lastEventsRequest } from '../wire/readRequests.js';
import type { WireEvent } from '../wire/ReadAnswer.js';
import { readEvents } from './readEvents.js';
import { retryRead, type StoreContext } from './retryRead.js';

/** How many events back from the end of the log are looked at: a projection that runs has written among them. */
const lookBack = 1_000;

/** A link, which `$by_category` and its like write for each event, or how far a projection has come. */
const isOfProjection = ({ type }: WireEvent): boolean => type === '$>' || type === '$ProjectionCheckpoint';

/** Whether projections of the server have written to the end of the log. @category destructors */
export const hasSystemProjections = (context: StoreContext): Promise<E.Either<ReadError, boolean>> =>
  retryRead(context, 'read $all', async (node, silence) => {
    let found = false;
    await readEvents(context.runtime, node, { request: lastEventsRequest('end', lookBack), silence }, (answer) => {
      if (answer._tag !== 'Event' || !isOfProjection(answer.event)) return undefined;
      found = true;
      return 'enough';
    });
    return found;
  });
