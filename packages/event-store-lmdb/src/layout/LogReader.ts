import { type LogSlice, Position, type PositionedEvent, type ReadAllOptions, type RecordedEvent } from '@account-data/event-store';
import type { Environment } from './Environment.js';
import { entryCount, entryStart, entryText, indexFrom, lastPosition, type LogBlock, parseBlock, parseEntry, positionOfEntry } from './LogBlock.js';
import { isEventEntry, type LogEntry, toPositionedEvent, toRecordedEvent } from './LogEntry.js';

/** How many entries one call looks at, at the most, before it gives what it found. */
const maxScanned = 5_000;

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

interface BlockPart {
  readonly block: LogBlock;
  readonly key: number;
  readonly from: number;
  readonly to: number;
  readonly escaped: ReadonlyArray<Buffer> | undefined;
}

/** Adds the events of a part of a block that match, up to the limit; gives the index after the last entry looked at. */
const takeFromBlock = (
  events: Array<PositionedEvent>,
  limit: number,
  hidden: ReadonlySet<string>,
  { block, key, from, to, escaped }: BlockPart,
): number => {
  const count = entryCount(block);
  const matching = matchingEntries({ block, key, from, to, escaped });
  const isWhole = from === 0 && to === count && matching.length === count && events.length + count <= limit;
  const entries = isWhole ? parseBlock(block) : undefined;
  for (const index of matching) {
    if (events.length >= limit) return index;
    const entry = entries?.[index] ?? parseEntry(block, index);
    if (isEventEntry(entry) && !hidden.has(entry[0])) events.push(toPositionedEvent(entry, positionOfEntry(block, key, index)));
  }
  return to;
};

/** The indexes of the entries whose streams match, told from their bytes. */
const matchingEntries = ({ block, from, to, escaped }: BlockPart): ReadonlyArray<number> => {
  const count = entryCount(block);
  const matching: Array<number> = [];
  for (let index = from; index < to; index += 1) {
    if (escaped === undefined || matchesSome(block, entryStart(block, count, index) + nameOffset, escaped)) matching.push(index);
  }
  return matching;
};

/** What was read at some positions. */
export interface EventsAt {
  readonly events: ReadonlyArray<RecordedEvent>;
  /** How many of the positions were looked at. */
  readonly looked: number;
}

export interface LogReader {
  /** The events after a position (exclusive) up to another (inclusive) that match, within the limits. */
  readonly readAll: (
    options: Omit<ReadAllOptions, 'after'> & { readonly after: number },
    upTo: number,
    hidden: ReadonlySet<string>,
  ) => LogSlice;
  /**
   * The events at these positions, in their order, as many as take no more bytes, but one at least. Positions of what was
   * removed are left out.
   */
  readonly eventsAt: (positions: ReadonlyArray<number>, maxBytes?: number) => EventsAt;
  /** Everything after a position (exclusive) up to another (inclusive), in order. */
  readonly scan: (after: number, upTo: number, callback: (entry: LogEntry, position: number) => void) => void;
  /** The position of the last entry; 0 of an empty log. */
  readonly last: () => number;
}

export const createLogReader = ({ log }: Pick<Environment, 'log'>): LogReader => {
  /** The key of the block that holds a position, or of the last one before it; the position where there is none. */
  const keyAt = (position: number): number => {
    for (const key of log.getKeys({ start: position, reverse: true, limit: 1 })) return key;
    return position;
  };

  /** A block in lmdb's own buffer, which the next value that is read overwrites. */
  const fastBlock = (key: number): LogBlock | undefined => log.getBinaryFast(key);

  const blocksFrom = (position: number): Iterable<{ readonly key: number; readonly value: LogBlock }> =>
    log.getRange({ start: keyAt(position) });

  const readAll: LogReader['readAll'] = ({ after, limit, prefixes, maxBytes = Infinity }, upTo, hidden) => {
    const escaped = prefixes?.map(escapedPrefix);
    const events: Array<PositionedEvent> = [];
    let next = after;
    let scanned = 0;
    let bytes = 0;
    let isCut = false;
    if (after < upTo) {
      for (const { key, value: block } of blocksFrom(after + 1)) {
        if (key > upTo) break;
        isCut = events.length >= limit || scanned >= maxScanned || bytes >= maxBytes;
        if (isCut) break;
        const from = indexFrom(block, key, after + 1);
        const to = indexFrom(block, key, upTo + 1);
        const before = events.length;
        const end = takeFromBlock(events, limit, hidden, { block, key, from, to, escaped });
        if (end > from) next = positionOfEntry(block, key, end - 1);
        scanned += end - from;
        bytes += (block.length * (events.length - before)) / entryCount(block);
        isCut = end < to;
        if (isCut) break;
      }
    }
    // A compaction leaves gaps: the log may end without an entry at the last position.
    if (!isCut) next = Math.max(next, upTo);
    return { events, next: next === 0 ? 'start' : Position(next), isEnd: !isCut };
  };

  return {
    readAll,
    eventsAt: (positions, maxBytes = Infinity) => {
      const events: Array<RecordedEvent> = [];
      let bytes = 0;
      let looked = 0;
      let key = 0;
      let block: LogBlock | undefined;
      for (const position of positions) {
        if (bytes >= maxBytes) break;
        looked += 1;
        let index = block === undefined || position < key ? -1 : indexFrom(block, key, position);
        if (block === undefined || index < 0 || index >= entryCount(block)) {
          key = keyAt(position);
          block = fastBlock(key);
          if (block === undefined) continue;
          index = indexFrom(block, key, position);
        }
        if (index >= entryCount(block) || positionOfEntry(block, key, index) !== position) continue;
        const text = entryText(block, index);
        bytes += text.length;
        const entry = JSON.parse(text) as LogEntry;
        if (isEventEntry(entry)) events.push(toRecordedEvent(entry));
      }
      return { events, looked };
    },
    scan: (after, upTo, callback) => {
      if (after >= upTo) return;
      for (const { key, value: block } of blocksFrom(after + 1)) {
        if (key > upTo) return;
        const from = indexFrom(block, key, after + 1);
        const to = indexFrom(block, key, upTo + 1);
        const entries = parseBlock(block).slice(from, to);
        const positions = entries.map((_, index) => positionOfEntry(block, key, from + index));
        // The callback may read other values: the block is not looked at any more.
        entries.forEach((entry, index) => {
          callback(entry, positions[index] ?? 0);
        });
      }
    },
    last: () => {
      const key = keyAt(Number.MAX_SAFE_INTEGER);
      const block = fastBlock(key);
      return block === undefined ? 0 : lastPosition(block, key);
    },
  };
};
