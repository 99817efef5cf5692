import { copyBytes } from '../records/bytes.js';
import { blockKey } from '../records/keys.js';
import { madeBytes, rowBytes, rowRevision, rowTime, type RowMemory } from '../records/row.js';
import {
  blockRows,
  readStreamHeader,
  rowsInBlocks,
  spillRows,
  streamHeaderBytes,
  streamRecordBytes,
  writeStreamHeader,
  type StreamHeader,
} from '../records/streamRecord.js';
import { spareBytes, type StorageWriter } from '../storage/ProjectionStorage.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';
import type { Slabs } from './Slabs.js';
import type { StreamState } from './StreamState.js';

const wordsInARow = rowBytes / 4;
const empty: StreamHeader = { rows: 0, head: -1, time: 0 };

/** Copies rows of a generation, from the `first`th of `rows` on. */
const copyRows = (
  pending: Pending,
  rows: Int32Array,
  first: number,
  count: number,
  { words: target }: RowMemory,
  offset: number,
): void => {
  let to = offset >> 2;
  for (let i = first; i < first + count; i += 1) {
    const row = rows[i] as number;
    const source = pending.wordsOf(row);
    let from = (pending.offsetOf(row) - madeBytes) >> 2;
    for (let word = 0; word < wordsInARow; word += 1) {
      target[to] = source[from] as number;
      to += 1;
      from += 1;
    }
  }
};

/** How many of the rows storage knows already: after a write that failed half way it may know some. */
const knownRows = (pending: Pending, rows: Int32Array, count: number, head: number): number => {
  let known = 0;
  while (known < count) {
    const row = rows[known] as number;
    if (rowRevision(pending.bufferOf(row), pending.offsetOf(row)) > head) break;
    known += 1;
  }
  return known;
};

/**
 * Writes the rows of one stream that are being flushed: to the stream's record, and to its blocks as they fill.
 * See `records/streamRecord`.
 */
export const putStream = (
  model: ReadModel,
  writer: StorageWriter,
  scratch: Slabs,
  pending: Pending,
  state: StreamState,
): void => {
  const { storage } = model;
  const data = state.kind === 'data';
  const table = data ? 'dataStreams' : 'tagStreams';
  const record = state.isNew ? undefined : storage.get(table, state.userId);
  const header = record === undefined ? empty : readStreamHeader(record);
  const rows = pending.scratchRowsOf(state.flushing);
  let taken = knownRows(pending, rows, state.flushing.count, header.head);
  if (taken === state.flushing.count) return;
  const last = state.flushing.newest;
  const lastBuffer = pending.bufferOf(last);
  const lastOffset = pending.offsetOf(last);
  const total = header.rows + state.flushing.count - taken;
  const next: StreamHeader = { rows: total, head: rowRevision(lastBuffer, lastOffset), time: rowTime(lastBuffer, lastOffset) };
  const oldTail = header.rows % spillRows;
  const tail = total % spillRows;
  const spilled = rowsInBlocks(total) - rowsInBlocks(header.rows);
  // The storage's read buffer is good until the next read only.
  const old = spilled === 0 || record === undefined ? record : Buffer.from(record.subarray(0, record.length));
  if (spilled > 0) {
    let ordinal = rowsInBlocks(header.rows);
    const end = rowsInBlocks(total);
    let fromOld = oldTail;
    while (ordinal < end) {
      const block = Math.floor(ordinal / blockRows);
      const present = ordinal % blockRows;
      const count = Math.min(end - ordinal, blockRows - present);
      const length = (present + count) * rowBytes;
      const memory = scratch.reserve(length + spareBytes);
      const target = memory.bytes;
      let { offset } = scratch;
      const start = offset;
      const key = blockKey(state.userId, block);
      if (present > 0) {
        const stored = storage.get(data ? 'dataBlocks' : 'tagBlocks', key);
        if (stored?.length !== present * rowBytes) throw storage.damaged(`Block ${block} of a stream's history index is not what its stream says in the projection's storage`);
        offset += copyBytes(stored, 0, stored.length, target, offset);
      }
      if (fromOld > 0 && old !== undefined) {
        offset += copyBytes(old, streamHeaderBytes, streamHeaderBytes + fromOld * rowBytes, target, offset);
      }
      copyRows(pending, rows, taken, count - fromOld, memory, offset);
      taken += count - fromOld;
      fromOld = 0;
      scratch.take(length + spareBytes);
      writer.putInPlace(data ? 'dataBlocks' : 'tagBlocks', key, target, start, start + length);
      ordinal += count;
    }
  }
  const length = streamRecordBytes(total);
  const memory = scratch.reserve(length + spareBytes);
  const target = memory.bytes;
  const start = scratch.offset;
  writeStreamHeader(memory, start, next);
  let offset = start + streamHeaderBytes;
  if (spilled === 0 && oldTail > 0 && old !== undefined) {
    offset += copyBytes(old, streamHeaderBytes, streamHeaderBytes + oldTail * rowBytes, target, offset);
  }
  copyRows(pending, rows, taken, tail - (spilled === 0 ? oldTail : 0), memory, offset);
  scratch.take(length + spareBytes);
  writer.putInPlace(table, state.userId, target, start, start + length);
};
