import type { PositionedEvent } from './Event.js';
import type { StreamPrefixes } from './EventStore.js';

/** Tells whether a stream's name starts with one of the prefixes; true for all where there is no filter. @category filters */
export const matchPrefixes = (prefixes: StreamPrefixes | undefined): ((stream: string) => boolean) => {
  if (prefixes === undefined) return () => true;
  const [only] = prefixes;
  if (prefixes.length === 1 && only !== undefined) return (stream) => stream.startsWith(only);
  return (stream) => prefixes.some((prefix) => stream.startsWith(prefix));
};

/** The events whose streams match: the same array where all do. @category filters */
export const filterByStream = (
  events: ReadonlyArray<PositionedEvent>,
  matches: (stream: string) => boolean,
): ReadonlyArray<PositionedEvent> => (events.every((event) => matches(event.stream)) ? events : events.filter((event) => matches(event.stream)));
