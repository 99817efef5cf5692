import { type LogSlice, Position, type PositionedEvent, type RecordedEvent, type StreamPrefixes } from '@account-data/event-store';
import type { Environment } from './Environment.js';
import { entryCount, entryStart, indexFrom, type LogBlock, parseBlock, parseEntry, positionOfEntry } from './LogBlock.js';
import { isEventEntry, type LogEntry, toPositionedEvent, toRecordedEvent } from './LogEntry.js';

/** How many entries one call looks at, at the most, before it gives what it found. */
const maxScanned = 20_000;

/** Where an entry's stream name begins: after `["`. */
const nameOffset = 2;

/** A prefix as it stands in an entry's text, where names are escaped as JSON escapes them. */
const escapedPrefix = (prefix: string): Buffer => Buffer.from(JSON.stringify(prefix).slice(1, -1), 'utf8');

const startsWith = (block: LogBlock, at: number, prefix: Buffer): boolean => {
  for (let index = 0; index < prefix.length; index += 1) {
    if (block[at + index] !== prefix[index]) return false;
  }
  return true;
};

const matchesSome = (block: LogBlock, at: number, prefixes: ReadonlyArray<Buffer>): boolean => {
  for (const prefix of prefixes) if (startsWith(block, at, prefix)) return true;
  return false;
};

export interface LogReader {
  /** The events after a position (exclusive) up to another (inclusive) that match, at most `limit`. */
  readonly readAll: (
    after: number,
    upTo: number,
    limit: number,
    prefixes: StreamPrefixes | undefined,
    hides: (stream: string) => boolean,
  ) => LogSlice;
  /** The events at these positions, in their order. Positions of what was removed are left out. */
  readonly eventsAt: (positions: ReadonlyArray<number>) => ReadonlyArray<RecordedEvent>;
  /** Everything after a position (exclusive), in order, until the callback says stop by giving false. */
  readonly scan: (after: number, callback: (entry: LogEntry, position: number) => boolean) => void;
  /** The position of the last entry; 0 of an empty log. */
  readonly last: () => number;
}

export const createLogReader = ({ log }: Pick<Environment, 'log'>): LogReader => {
  /** The block that holds a position, or the last one before it. */
  const blockAt = (position: number): { readonly key: number; readonly value: LogBlock } | undefined => {
    for (const found of log.getRange({ start: position, reverse: true, limit: 1 })) return found;
    return undefined;
  };

  const blocksFrom = (position: number): Iterable<{ readonly key: number; readonly value: LogBlock }> =>
    log.getRange({ start: blockAt(position)?.key ?? position });

  const readAll: LogReader['readAll'] = (after, upTo, limit, prefixes, hides) => {
    const events: Array<PositionedEvent> = [];
    const escaped = prefixes?.map(escapedPrefix);
    let next = after;
    let scanned = 0;
    const take = (entry: LogEntry, position: number): void => {
      if (isEventEntry(entry) && !hides(entry[0])) events.push(toPositionedEvent(entry, position));
    };
    if (after < upTo) {
      for (const { key, value: block } of blocksFrom(after + 1)) {
        if (key > upTo) break;
        const count = entryCount(block);
        const from = indexFrom(block, key, after + 1);
        let to = indexFrom(block, key, upTo + 1);
        const matching: Array<number> = [];
        if (escaped !== undefined) {
          for (let index = from; index < to; index += 1) {
            if (matchesSome(block, entryStart(block, count, index) + nameOffset, escaped)) matching.push(index);
          }
        }
        const room = limit - events.length;
        if (escaped === undefined || matching.length === to - from) {
          if (to - from > room) to = from + room;
          if (from === 0 && to === count) {
            const entries = parseBlock(block);
            for (let index = 0; index < count; index += 1) {
              const entry = entries[index];
              if (entry !== undefined) take(entry, positionOfEntry(block, key, index));
            }
          } else {
            for (let index = from; index < to; index += 1) take(parseEntry(block, index), positionOfEntry(block, key, index));
          }
        } else {
          if (matching.length > room) to = matching[room] ?? to;
          for (const index of matching) {
            if (index < to) take(parseEntry(block, index), positionOfEntry(block, key, index));
          }
        }
        if (to > from) next = positionOfEntry(block, key, to - 1);
        scanned += to - from;
        if (events.length >= limit || scanned >= maxScanned) break;
      }
    }
    // What was removed by a compaction leaves no entry: the end of the log is reached without reading so far.
    const isEnd = events.length < limit && scanned < maxScanned ? true : next >= upTo;
    if (isEnd && next < upTo) next = upTo;
    return { events, next: next === 0 ? 'start' : Position(next), isEnd };
  };

  return {
    readAll,
    eventsAt: (positions) => {
      const events: Array<RecordedEvent> = [];
      let block: { readonly key: number; readonly value: LogBlock } | undefined;
      for (const position of positions) {
        let index = block === undefined || block.key > position ? -1 : indexFrom(block.value, block.key, position);
        if (block === undefined || index < 0 || index >= entryCount(block.value)) {
          block = blockAt(position);
          if (block === undefined) continue;
          index = indexFrom(block.value, block.key, position);
        }
        if (index >= entryCount(block.value) || positionOfEntry(block.value, block.key, index) !== position) continue;
        const entry = parseEntry(block.value, index);
        if (isEventEntry(entry)) events.push(toRecordedEvent(entry));
      }
      return events;
    },
    scan: (after, callback) => {
      for (const { key, value: block } of blocksFrom(after + 1)) {
        const entries = parseBlock(block);
        for (let index = indexFrom(block, key, after + 1); index < entries.length; index += 1) {
          const entry = entries[index];
          if (entry !== undefined && !callback(entry, positionOfEntry(block, key, index))) return;
        }
      }
    },
    last: () => {
      const found = blockAt(Number.MAX_SAFE_INTEGER);
      if (found === undefined) return 0;
      return positionOfEntry(found.value, found.key, entryCount(found.value) - 1);
    },
  };
};
