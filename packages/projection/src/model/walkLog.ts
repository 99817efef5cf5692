import type { LogHistoryQuery } from '../History.js';
import { parseTypeKey, typeKey } from '../records/keys.js';
import { logRowsOf, madeBefore, parseMadeWindow, type LogRow } from '../records/logBlock.js';
import { rowPosition, rowRevision } from '../records/row.js';
import { prefixRange } from '../storage/ProjectionStorage.js';
import { logBlockAfter, logBlockAt, type StoredLogBlock } from './LogIndex.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';

const infinity = Number.MAX_SAFE_INTEGER;

/** Whether an unwritten row is one of the log's index. Late ones, which belong before others, are shown once written. */
const isIndexed = (pending: Pending, row: number): boolean => pending.typeOf(row) !== undefined && pending.logTimeOf(row) >= 0;

const positionOf = (pending: Pending, row: number): number => rowPosition(pending.bufferOf(row), pending.offsetOf(row));

/** How many rows of a generation come before the first one of the index with that position or a later one. */
const rowsBefore = (pending: Pending, position: number): number => {
  let low = 0;
  let high = pending.rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    let row = middle;
    while (row >= low && !isIndexed(pending, row)) row -= 1;
    if (row < low || positionOf(pending, row) < position) low = middle + 1;
    else high = row;
  }
  return low;
};

/** Walks unwritten changes in the order of the log, or against it, from one position to another (exclusive), until `take` says false; gives whether it did not. */
const walkUnwritten = (model: ReadModel, range: { readonly from: number; readonly to: number }, forwards: boolean, take: (row: LogRow) => boolean): boolean => {
  const walk = (pending: Pending): boolean => {
    const first = rowsBefore(pending, range.from);
    const end = rowsBefore(pending, range.to);
    for (let row = forwards ? first : end - 1; forwards ? row < end : row >= first; row += forwards ? 1 : -1) {
      if (!isIndexed(pending, row)) continue;
      const { purged, userId } = pending.stateOf(row);
      if (purged) continue;
      const revision = rowRevision(pending.bufferOf(row), pending.offsetOf(row));
      const position = positionOf(pending, row);
      if (!take({ position, time: pending.logTimeOf(row), made: pending.madeOf(row), revision, type: pending.typeOf(row) as string, userId })) return false;
    }
    return true;
  };
  const generations = model.flushing === undefined ? [model.active] : [model.flushing, model.active];
  return (forwards ? generations : generations.reverse()).every(walk);
};

/**
 * The keys between two (exclusive) of blocks some of whose changes were made before the log's time, as far as any was made
 * within a window; in either direction.
 */
const blocksMadeWithin = (
  { storage }: ReadModel,
  { since = -infinity, until = infinity }: { readonly since: number | undefined; readonly until: number | undefined },
  behind: number,
  before: number,
  forwards: boolean,
): ReadonlyArray<number> => {
  const keys: Array<number> = [];
  if (before <= behind) return keys;
  const from = behind < 0 ? typeKey(madeBefore, 0) : `${typeKey(madeBefore, behind)}\0`;
  storage.scan('types', { from, to: typeKey(madeBefore, Math.min(before, infinity)), reverse: !forwards }, (key, record) => {
    const place = parseTypeKey(madeBefore, key);
    const { first, last } = parseMadeWindow(record);
    if (place !== undefined && first < until && last >= since) keys.push(place);
  });
  return keys;
};

/** The block after (or before) the one filed under `key`, that has changes of the type. */
const nextBlock = (model: ReadModel, type: string | undefined, key: number, forwards: boolean): StoredLogBlock | undefined => {
  const { storage } = model;
  if (type === undefined) return forwards ? logBlockAfter(storage, key) : key <= 0 ? undefined : logBlockAt(storage, key - 1);
  let found: number | undefined;
  const whole = prefixRange(`${type}\0`);
  const range = forwards
    ? { from: key < 0 ? whole.from : `${typeKey(type, key)}\0`, to: whole.to }
    : { from: whole.from, to: typeKey(type, key), reverse: true };
  storage.scan('types', range, (record) => {
    found = parseTypeKey(type, record);
    return found === undefined;
  });
  if (found === undefined) return undefined;
  const block = logBlockAt(storage, found);
  return block?.key === found ? block : nextBlock(model, type, found, forwards);
};

/** The first stored block that may hold `position` or what follows it in the direction. */
const firstBlock = (model: ReadModel, type: string | undefined, position: number, forwards: boolean): StoredLogBlock | undefined => {
  const at = logBlockAt(model.storage, position);
  if (at === undefined) return forwards ? nextBlock(model, type, -1, true) : undefined;
  return type === undefined || at.block.types.includes(type) ? at : nextBlock(model, type, at.key, forwards);
};

/** The position of the last stored row of the log's time before `time`; -1 where there is none. */
const lastBefore = (model: ReadModel, time: number): number => {
  const { storage } = model;
  let found = logBlockAfter(storage, -1);
  if (found === undefined || (found.block.times[0] ?? infinity) >= time) return -1;
  let low = found.key;
  let high = infinity;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    const block = logBlockAt(storage, middle);
    if (block === undefined || (block.block.times[0] ?? infinity) < time) {
      found = block ?? found;
      low = middle;
    } else {
      high = block.key;
    }
  }
  const index = found.block.times.findLastIndex((at) => at < time);
  return found.block.positions[index] ?? -1;
};

/**
 * Walks the index of all users' changes in either direction, from a position (inclusive), within a window of time, over one
 * type or all, until `visit` says false. Within one turn.
 *
 * @category combinators
 */
export const walkLog = (model: ReadModel, query: LogHistoryQuery, visit: (row: LogRow) => boolean): void => {
  const { type, since, until, by = 'original' } = query;
  const isRecorded = by === 'recorded';
  const forwards = query.direction === 'forwards';
  const timeOf = (row: LogRow): number => (isRecorded ? row.time : row.made);
  const wanted = (row: LogRow): boolean =>
    (type === undefined || row.type === type) &&
    (since === undefined || timeOf(row) >= since) &&
    (until === undefined || timeOf(row) < until) &&
    row.position <= model.position &&
    !model.erased.has(row.userId);
  const from = query.from === undefined ? (forwards ? 0 : infinity) : Number(query.from);
  /** False ends the walk: told to, or the window is behind. */
  const take = (row: LogRow): boolean => {
    if (forwards ? row.position < from : row.position > from) return true;
    // What was made within the window may be recorded after it, but not before.
    if (forwards ? isRecorded && until !== undefined && row.time >= until : since !== undefined && row.time < since) return false;
    return !wanted(row) || visit(row);
  };
  const takeUnwritten = (): boolean => {
    const range = forwards ? { from: Math.max(from, model.written + 1), to: infinity } : { from: model.written + 1, to: from + 1 };
    return walkUnwritten(model, range, forwards, take);
  };
  const takeBlock = ({ block }: StoredLogBlock): boolean => {
    const rows = logRowsOf(block);
    if (!forwards) rows.reverse();
    // A write on its way may be in storage already.
    return rows.every((row) => row.position > model.written || take(row));
  };
  /** The blocks that were recorded behind the window, from one key to another (exclusive), as far as some of it was made within. */
  const takeMadeBefore = (behind: number, before: number): boolean =>
    isRecorded || blocksMadeWithin(model, { since, until }, behind, before, forwards).every((key) => {
      const stored = logBlockAt(model.storage, key);
      return stored === undefined || takeBlock(stored);
    });
  const walkStored = (): boolean => {
    /** Of the rows recorded before the end of the window, the last. */
    const end = until === undefined ? infinity : lastBefore(model, until);
    const lastKey = end < 0 ? -1 : (logBlockAt(model.storage, end)?.key ?? -1);
    const start = forwards && since !== undefined ? Math.max(from, lastBefore(model, since) + 1) : from;
    if (!forwards && !takeMadeBefore(lastKey, start + 1)) return false;
    const first = forwards ? start : Math.min(start, end);
    let stored = first < 0 || (forwards && first > end) ? undefined : firstBlock(model, type, first, forwards);
    while (stored !== undefined && stored.key <= lastKey) {
      if (!takeBlock(stored)) return false;
      stored = nextBlock(model, type, stored.key, forwards);
    }
    return !forwards || takeMadeBefore(Math.max(lastKey, (logBlockAt(model.storage, start)?.key ?? 0) - 1), infinity);
  };
  if (forwards) {
    if (walkStored()) takeUnwritten();
  } else if (takeUnwritten()) walkStored();
};

