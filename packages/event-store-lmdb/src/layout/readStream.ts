import type { ReadStreamOptions, StreamSlice } from '@account-data/event-store';
import type { LogReader } from './LogReader.js';
import type { StoredIndex } from './StoredIndex.js';
import { streamPositions } from './streamPositions.js';
import { headPosition, type StreamState } from './StreamState.js';

/** The last revision whose event is durable. */
const durableHead = (index: StoredIndex, state: StreamState, durable: number): number => {
  if (headPosition(state) <= durable) return state.head;
  let revision = state.head;
  while (revision >= 0 && (streamPositions(index, state, revision, revision)[0] ?? 0) > durable) revision -= 1;
  return revision;
};

/** A part of a stream, of what is durable. */
export const readStream = (
  index: StoredIndex,
  reader: LogReader,
  state: StreamState | undefined,
  durable: number,
  { from, direction, limit, maxBytes }: ReadStreamOptions,
): StreamSlice => {
  if (state?.tombstone === 'durable') return { _tag: 'Tombstoned' };
  const head = state === undefined ? -1 : durableHead(index, state, durable);
  if (state === undefined || head < 0) return { _tag: 'NoStream' };
  const first = state.maxCount === 0 ? 0 : Math.max(0, head + 1 - state.maxCount);
  // Positions hold nothing where a compaction or a salvage left a gap: a page is empty only where nothing follows, or where
  // none was asked for.
  if (direction === 'backwards') {
    for (let start = from === undefined ? head : Math.min(Number(from), head); ; ) {
      const end = Math.max(first, start - limit + 1);
      const { events, looked } = reader.eventsAt([...streamPositions(index, state, end, start)].reverse(), maxBytes);
      start -= looked;
      if (events.length > 0 || looked === 0 || start < first) return { _tag: 'Events', events, isEnd: start < first };
    }
  }
  for (let start = Math.max(first, from === undefined ? 0 : Number(from)); ; ) {
    const end = Math.min(head, start + limit - 1);
    const { events, looked } = reader.eventsAt(streamPositions(index, state, start, end), maxBytes);
    start += looked;
    if (events.length > 0 || looked === 0 || start > head) return { _tag: 'Events', events, isEnd: start > head };
  }
};
