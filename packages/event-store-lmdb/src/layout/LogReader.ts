import {
  type EventAddress,
  type LogSlice,
  Position,
  type PositionedEvent,
  type ReadAllOptions,
  type ReadAtOptions,
  type RecordedEvent,
} from '@account-data/event-store';
import { createBlockFinder } from './BlockFinder.js';
import type { Environment } from './Environment.js';
import { EntryReader } from './EntryReader.js';
import {
  answersFrom,
  entryCount,
  indexFrom,
  lastPosition,
  layoutOf,
  type LogBlock,
  plainBytes,
  positionOfEntry,
} from './blockTables.js';
import { createKnownBlocks } from './KnownBlocks.js';
import { createTextKeeper } from './keepTexts.js';
import { type BlockPart, entryStart, parseBlock, parseEntry } from './LogBlock.js';
import { isEventEntry, type LogEntry, parsedEvent, toPositionedEvent, toRecordedEvent } from './LogEntry.js';
import { StoreDamage } from './StoreDamage.js';
import { createTextTaker } from './takeTexts.js';
import { plainBlock } from './unpackBlock.js';

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

/** Adds the events of a part of a block that match, up to the limit; gives the index after the last entry looked at. */
const takeFromBlock = (
  events: Array<PositionedEvent>,
  limit: number,
  hidden: ReadonlySet<string>,
  escaped: ReadonlyArray<Buffer> | undefined,
  stored: BlockPart,
): number => {
  const { key, from, to } = stored;
  const block = plainBlock(stored.block, from, to);
  const part = { block, key, from, to };
  const count = entryCount(block);
  const matching = matchingEntries(part, escaped);
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
const matchingEntries = ({ block, from, to }: BlockPart, escaped: ReadonlyArray<Buffer> | undefined): ReadonlyArray<number> => {
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

/** What is asked of the log throws {@link StoreDamage} where what it needs is not what was written, or is missing. */
export interface LogReader {
  /**
   * The events after a position (exclusive) up to another (inclusive) that match, within the limits: up to what is
   * damaged, where there are any before that.
   */
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
  /** Events at places that are not beyond a position (`EventStore.readAt`). */
  readonly readAt: (
    places: ReadonlyArray<EventAddress>,
    options: ReadAtOptions,
    upTo: number,
    hidden: ReadonlySet<string>,
  ) => ReadonlyArray<PositionedEvent | undefined>;
  /** Everything after a position (exclusive) up to another (inclusive), in order. */
  readonly scan: (after: number, upTo: number, callback: (entry: LogEntry, position: number) => void) => void;
  /** The same block by block. A block is good only until another value is read; false ends the walk. Gives whether it was ended so. */
  readonly walk: (after: number, upTo: number, visit: (part: BlockPart) => boolean) => boolean;
  /** The position of the last entry; 0 of an empty log. */
  readonly last: () => number;
}

export const createLogReader = (environment: Pick<Environment, 'log' | 'meta' | 'file'>): LogReader => {
  const finder = createBlockFinder(environment);
  const { keyAt, fastBlock, damage, check, checkEntries, parsing, nextOfCompaction } = finder;
  const known = createKnownBlocks();

  const blocksFrom = (position: number): Iterable<{ readonly key: number; readonly value: LogBlock }> =>
    environment.log.getRange({ start: keyAt(position) });

  const walk: LogReader['walk'] = (after, upTo, visit) => {
    let expected = after + 1;
    let before = 0;
    if (expected > upTo) return false;
    for (const { key, value: block } of blocksFrom(expected)) {
      check(block, key, Math.min(expected, key));
      const start = answersFrom(block, key);
      if (key <= before || (start !== undefined && start > expected)) throw damage(expected, (start ?? expected) - 1);
      before = lastPosition(block, key);
      if (key > upTo) return false;
      const from = indexFrom(block, key, after + 1);
      const to = indexFrom(block, key, upTo + 1);
      checkEntries(block, key, from, to);
      expected = Math.max(expected, before + 1);
      const goesOn = parsing(key, before, () => visit({ block, key, from, to }));
      if (!goesOn) return true;
      if (expected > upTo) return false;
    }
    // A compaction leaves gaps: the log may end without an entry at the last position.
    const missing = Math.max(expected, nextOfCompaction());
    if (missing <= upTo) throw damage(missing, upTo);
    return false;
  };

  const readAll: LogReader['readAll'] = ({ after, limit, prefixes, maxBytes = Infinity, texts }, upTo, hidden) => {
    const escaped = prefixes?.map(escapedPrefix);
    const matches = (bytes: Buffer, at: number): boolean => escaped === undefined || matchesSome(bytes, at, escaped);
    const taker = texts === undefined ? undefined : createTextTaker({ memory: texts, hidden, matches });
    const events: Array<PositionedEvent> = [];
    let next = after;
    let scanned = 0;
    let bytes = 0;
    let isCut = false;
    const take = (part: BlockPart): boolean => {
      isCut = events.length >= limit || scanned >= maxScanned || (events.length > 0 && bytes >= maxBytes);
      if (isCut) return false;
      const { block, key, from, to } = part;
      const before = events.length;
      // Text of layout 1 has no checksum: it is parsed at once, so that damage is found here.
      const isParsed = taker === undefined || layoutOf(block) === 1;
      const end = isParsed ? takeFromBlock(events, limit, hidden, escaped, part) : taker.take(events, limit, part);
      if (end > from) next = positionOfEntry(block, key, end - 1);
      scanned += end - from;
      bytes += (plainBytes(block) * (events.length - before)) / entryCount(block);
      isCut = end < to;
      return !isCut;
    };
    try {
      walk(after, upTo, take);
    } catch (cause) {
      if (!(cause instanceof StoreDamage) || next === after) throw cause;
      isCut = true;
    }
    if (!isCut) next = Math.max(next, upTo);
    return { events, next: next === 0 ? 'start' : Position(next), isEnd: !isCut };
  };

  return {
    readAll,
    walk,
    eventsAt: (positions, maxBytes = Infinity) => {
      const entries = new EntryReader(finder, known);
      const events: Array<RecordedEvent> = [];
      let bytes = 0;
      let looked = 0;
      for (const position of positions) {
        if (events.length > 0 && bytes >= maxBytes) break;
        looked += 1;
        const text = entries.textAt(position);
        if (text === undefined) continue;
        bytes += text.length;
        const entry = parsing(position, position, () => JSON.parse(text.toString('utf8')) as LogEntry);
        if (isEventEntry(entry)) events.push(toRecordedEvent(entry));
      }
      return { events, looked };
    },
    readAt: (places, { maxBytes = Infinity, texts }, upTo, hidden) => {
      const entries = new EntryReader(finder, known);
      const keeper = texts === undefined ? undefined : createTextKeeper(texts);
      const events: Array<PositionedEvent | undefined> = [];
      let bytes = 0;
      for (const { stream, revision, position } of places) {
        if (events.length > 0 && bytes >= maxBytes) break;
        const at = Number(position);
        const text = at > upTo || hidden.has(stream) ? undefined : entries.textAt(at);
        bytes += text?.length ?? 0;
        const event = text === undefined ? undefined : parsing(at, at, () => (keeper === undefined || !entries.hasChecksum() ? parsedEvent(text, at) : keeper.keep(text, at)));
        events.push(event?.revision === revision && event.stream === stream ? event : undefined);
      }
      return events;
    },
    scan: (after, upTo, callback) => {
      walk(after, upTo, ({ block, key, from, to }) => {
        const entries = parseBlock(block, from, to).slice(from, to);
        const positions = entries.map((_, index) => positionOfEntry(block, key, from + index));
        // The callback may read other values: the block is not looked at any more.
        entries.forEach((entry, index) => {
          callback(entry, positions[index] ?? 0);
        });
        return true;
      });
    },
    last: () => {
      const key = keyAt(Number.MAX_SAFE_INTEGER);
      const block = fastBlock(key);
      if (block === undefined) return 0;
      check(block, key, key);
      return lastPosition(block, key);
    },
  };
};
