import type { ProposedEvent } from './Event.js';
import { isStreamName, StreamName } from './StreamName.js';

const hyphen = 0x2d;

/** Written out, since every event comes by here: a regular expression takes several times as long. */
const isLowerCaseUuid = (text: string): boolean => {
  if (text.length !== 36) return false;
  for (let index = 0; index < 36; index += 1) {
    const unit = text.charCodeAt(index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (unit !== hyphen) return false;
    } else if (!((unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66))) return false;
  }
  return true;
};

const checkEvent = (event: ProposedEvent): void => {
  if (!isLowerCaseUuid(event.id)) {
    throw new TypeError(`Not an event id: ${JSON.stringify(event.id)}. It must be a UUID in lower case.`);
  }
  if (event.type === '' || event.type.startsWith('$')) {
    throw new TypeError(`Not an event type: ${JSON.stringify(event.type)}. It may not be empty or start with "$".`);
  }
};

const checkDistinct = (events: ReadonlyArray<ProposedEvent>): void => {
  const ids = new Set<string>();
  for (const { id } of events) {
    if (ids.has(id)) throw new TypeError(`The event id ${id} stands twice in one append.`);
    ids.add(id);
  }
};

/**
 * What every store refuses before anything else, as a mistake of the program that calls it (a TypeError): a stream name
 * or event type that is empty or starts with `$`, an append of no event, an id that is no lower-case UUID or stands twice.
 *
 * @category checks
 */
export const checkAppend = (stream: string, events: ReadonlyArray<ProposedEvent>): void => {
  checkStream(stream);
  if (events.length === 0) throw new TypeError('An append needs at least one event.');
  for (const event of events) checkEvent(event);
  if (events.length > 1) checkDistinct(events);
};

/** Refuses (with a TypeError) a stream name that is none, where the type was passed by. @category checks */
export const checkStream = (stream: string): void => {
  if (!isStreamName(stream)) StreamName(stream);
};

/** Refuses (with a RangeError) a limit that is no positive integer. @category checks */
export const checkLimit = (limit: number): void => {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`A limit is 1 or more, not ${limit}.`);
};
