import { isUpTo, type ReadError, type ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { ParkedRecord } from '../parked/ParkedStream.js';
import type { Change, ReadChange } from './Change.js';
import type { ReadLog } from './readLog.js';

/** What stands in the log where a parked delivery was put aside. */
export type ParkedFinding =
  | { readonly _tag: 'Found'; readonly change: Change }
  /** The log does not hold it any more. */
  | { readonly _tag: 'Gone' }
  /** It stands there, and can't be delivered by this version, or not before a key is found again. */
  | { readonly _tag: 'Unreadable'; readonly problem: string };

const pageSize = 500;

/**
 * Reads on from before a parked event up to its position. What is in between may be much: `after` may be the user's
 * previous change, and streams whose names begin alike are read with it.
 */
export const findParked = async (
  { stream, after, position, eventId }: ParkedRecord,
  readLog: ReadLog,
  readChange: ReadChange,
): Promise<E.Either<ReadError, ParkedFinding>> => {
  for (let from: ReadFrom = after; ; ) {
    const slice = await readLog({ after: from, prefixes: [stream], limit: pageSize });
    if (E.isLeft(slice)) return slice;
    const { events, next, isEnd } = slice.right;
    const event = events.find(({ id, stream: name }) => id === eventId && name === stream);
    if (event !== undefined) {
      const reading = readChange(event, after);
      switch (reading._tag) {
        case 'Change':
          return E.right({ _tag: 'Found', change: reading.change });
        case 'NotAChange':
          return E.right({ _tag: 'Unreadable', problem: 'The event is none that calls modules.' });
        case 'TooNew':
        case 'Undecodable':
          return E.right({ _tag: 'Unreadable', problem: reading.problem });
      }
    }
    if (isEnd || isUpTo(position, next)) return E.right({ _tag: 'Gone' });
    from = next;
  }
};
