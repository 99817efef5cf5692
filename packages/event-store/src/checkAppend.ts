import type { ProposedEvent } from './Event.js';
import { isStreamName, StreamName } from './StreamName.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const checkEvent = (event: ProposedEvent): void => {
  if (!uuid.test(event.id)) {
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
