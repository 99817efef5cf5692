import { isAfter, isUpTo } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { Change } from './Change.js';
import type { Held } from './Held.js';
import type { TrackServices } from './TrackServices.js';

const pageSize = 64;

type ReadServices = Pick<TrackServices, 'readLog' | 'readChange' | 'isErased' | 'fail'>;

/** The next change that was passed over; undefined where all are through as far as it was looked (`held.after`). */
export const nextPassedOver = async (held: Held, services: ReadServices): Promise<Change | undefined | 'unreadable'> => {
  for (;;) {
    const through = held.passedThrough;
    if (isUpTo(through, held.after)) return undefined;
    const slice = await services.readLog({ after: held.after, prefixes: [held.stream], limit: pageSize });
    if (E.isLeft(slice)) {
      services.fail(slice.left);
      return 'unreadable';
    }
    for (const event of slice.right.events) {
      if (event.stream !== held.stream || isAfter(held.nextRevision, event.revision)) continue;
      if (!isUpTo(event.position, through)) break;
      const reading = services.readChange(event, held.after);
      if (reading._tag === 'TooNew') return 'unreadable';
      if (reading._tag === 'Change' && !services.isErased(reading.change.userId)) return reading.change;
    }
    // Not beyond what was passed over: the rest of the slice belongs to those who come in line.
    held.after = slice.right.isEnd || isUpTo(through, slice.right.next) ? through : slice.right.next;
  }
};
