import { type EventAddress, Position, Revision, StreamName } from '@account-data/event-store';
import type { EventPlace } from '../History.js';
import { blockKey } from '../records/keys.js';
import { madeBytes, rowBytes, rowHash, rowMade, rowPosition, rowRevision, rowTime } from '../records/row.js';
import { blockRows, readStreamHeader, rowsInBlocks, streamHeaderBytes } from '../records/streamRecord.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';
import { noRows, type PendingChain, type StreamKind } from './StreamState.js';

const none: Buffer = Buffer.alloc(0);
const rememberedBlocks = 16;

/**
 * All rows of one stream of a user, oldest first: those in blocks, those in the stream's record, and the unwritten
 * ones. Use it within one turn.
 *
 * @category model
 */
export class RowReader {
  readonly count: number;
  readonly #model: ReadModel;
  readonly #kind: StreamKind;
  readonly #userId: string;
  readonly #stream: StreamName;
  readonly #inBlocks: number;
  readonly #stored: number;
  readonly #tail: Buffer;
  readonly #unwritten: Array<{ readonly pending: Pending; readonly rows: Int32Array; readonly first: number }> = [];
  #block = -1;
  #blockRows = none;
  /** Bisection comes back to them: the last few that were read. */
  readonly #blocks = new Map<number, Buffer>();
  /** Where the row that was asked for last is. */
  #bytes = none;
  #offset = 0;

  constructor(model: ReadModel, kind: StreamKind, userId: string) {
    this.#model = model;
    this.#kind = kind;
    this.#userId = userId;
    this.#stream = StreamName((kind === 'data' ? model.names.accountDataPrefix : model.names.tagsPrefix) + userId);
    if (model.erased.has(userId)) {
      this.count = this.#inBlocks = this.#stored = 0;
      this.#tail = none;
      return;
    }
    const record = model.storage.get(kind === 'data' ? 'dataStreams' : 'tagStreams', userId);
    let head = -1;
    if (record === undefined) {
      this.#inBlocks = this.#stored = 0;
      this.#tail = none;
    } else {
      const header = readStreamHeader(record);
      head = header.head;
      this.#stored = header.rows;
      this.#inBlocks = rowsInBlocks(header.rows);
      this.#tail = Buffer.from(record.subarray(streamHeaderBytes, record.length));
    }
    const state = (kind === 'data' ? model.data : model.tags).peek(userId);
    let count = this.#stored;
    const add = (pending: Pending | undefined, chain: PendingChain): void => {
      if (pending === undefined || chain === noRows) return;
      // A write that was just settled may be in storage already.
      const rows = pending.rowsOf(chain).filter((row) => rowRevision(pending.bufferOf(row), pending.offsetOf(row)) > head);
      this.#unwritten.push({ pending, rows, first: count });
      count += rows.length;
    };
    if (state !== undefined) {
      add(model.flushing, state.flushing);
      add(model.active, state.active);
    }
    this.count = count;
  }

  #readBlock(block: number): Buffer {
    const { storage } = this.#model;
    const stored = storage.get(this.#kind === 'data' ? 'dataBlocks' : 'tagBlocks', blockKey(this.#userId, block));
    if (stored === undefined) throw storage.damaged(`Block ${block} of a stream's history index is missing in the projection's storage`);
    const rows = Buffer.from(stored.subarray(0, stored.length));
    if (this.#blocks.size >= rememberedBlocks) this.#blocks.clear();
    this.#blocks.set(block, rows);
    return rows;
  }

  #seek(index: number): void {
    if (index < this.#inBlocks) {
      const block = Math.floor(index / blockRows);
      if (block !== this.#block) {
        this.#blockRows = this.#blocks.get(block) ?? this.#readBlock(block);
        this.#block = block;
      }
      this.#bytes = this.#blockRows;
      this.#offset = (index % blockRows) * rowBytes + madeBytes;
    } else if (index < this.#stored) {
      this.#bytes = this.#tail;
      this.#offset = (index - this.#inBlocks) * rowBytes + madeBytes;
    } else {
      const last = this.#unwritten[1];
      const part = last !== undefined && index >= last.first ? last : this.#unwritten[0];
      const row = part?.rows[index - part.first];
      if (part === undefined || row === undefined) throw new RangeError(`The stream has no row ${index}.`);
      this.#bytes = part.pending.bufferOf(row);
      this.#offset = part.pending.offsetOf(row);
    }
  }

  position(index: number): number {
    this.#seek(index);
    return rowPosition(this.#bytes, this.#offset);
  }
  time(index: number): number {
    this.#seek(index);
    return rowTime(this.#bytes, this.#offset);
  }
  /** Never later than its time. */
  made(index: number): number {
    this.#seek(index);
    return rowMade(this.#bytes, this.#offset);
  }
  revision(index: number): number {
    this.#seek(index);
    return rowRevision(this.#bytes, this.#offset);
  }
  /** Tells keys apart, mostly; see `keyHash`. */
  hash(index: number): number {
    this.#seek(index);
    return rowHash(this.#bytes, this.#offset);
  }
  place(index: number): EventPlace {
    this.#seek(index);
    return {
      position: Position(rowPosition(this.#bytes, this.#offset)),
      time: rowTime(this.#bytes, this.#offset),
    };
  }

  /** Where the event of a row is read. */
  address(index: number): EventAddress {
    this.#seek(index);
    return {
      stream: this.#stream,
      revision: Revision(rowRevision(this.#bytes, this.#offset)),
      position: Position(rowPosition(this.#bytes, this.#offset)),
    };
  }

  /** The last row whose value is not beyond `value`; -1 where there is none. The values never step back. */
  last(of: 'position' | 'time' | 'revision', value: number): number {
    if (of === 'revision' && this.#isAt(value)) return value;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this[of](middle) <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Without gaps a row's number is its revision. */
  #isAt(revision: number): boolean {
    return revision >= 0 && revision < this.count && this.revision(revision) === revision;
  }

  /** The row of a revision; -1 where the index has none. */
  indexOf(revision: number): number {
    const index = this.last('revision', revision);
    return index >= 0 && this.revision(index) === revision ? index : -1;
  }
}

/** Where a revision of a stream stands; undefined where that is not known. @category destructors */
export const rowAt = (model: ReadModel, kind: StreamKind, userId: string, revision: number): EventPlace | undefined => {
  const rows = new RowReader(model, kind, userId);
  const index = revision < 0 ? -1 : rows.indexOf(revision);
  return index < 0 ? undefined : rows.place(index);
};
