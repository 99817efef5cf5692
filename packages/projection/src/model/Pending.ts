import type { JsonObject } from '@account-data/domain';
import type { QuarantinedEvent } from '../ProjectionHealth.js';
import { copyContent, recordBytes, recordCapacity, writeContent } from '../records/entryRecord.js';
import type { LogRow } from '../records/logBlock.js';
import type { RequestRecord } from '../records/requestRecord.js';
import { copyEventId, madeBytes, rowMade, rowTime, writeEventId, writeRow } from '../records/row.js';
import { spareBytes } from '../storage/ProjectionStorage.js';
import { keyOf, NameNumbers } from './NameNumbers.js';
import { noRows, type PendingChain, type StreamState } from './StreamState.js';
import { type SlabPool, Slabs } from './Slabs.js';

/** Tags of a room that are not written yet. @category model */
export interface PendingTags {
  readonly userId: string;
  readonly roomId: string;
  readonly row: number;
}

/** A request that is not written yet. @category model */
export interface PendingRequest extends RequestRecord {
  readonly state: StreamState;
}

/** Chains longer than this get an index by key. */
const walkable = 12;
/** What a row takes besides its record, and what a stream does: its state, name, place in the map, and chain. */
const bytesARow = 40;
const bytesAStream = 300;

/**
 * One generation of unwritten changes. Each event is a row: its record (see `records/row`), encoded at once and for
 * good, and what it belongs to. The rows of a stream are chained, newest first.
 *
 * @category model
 */
export class Pending {
  readonly slabs: Slabs;
  rows = 0;
  #slab = new Uint16Array(1024);
  #offset = new Uint32Array(1024);
  #length = new Uint32Array(1024);
  #previous = new Int32Array(1024);
  #logTime = new Float64Array(1024);
  /** Where the row's stream is among the dirty ones. */
  #stream = new Uint32Array(1024);
  /** Room and type by their number among the names; 0 for none: global data, an event without a key, tags. */
  #room = new Uint32Array(1024);
  #type = new Uint32Array(1024);
  #scratch = new Int32Array(64);
  readonly #names = new NameNumbers();
  /** Contents that were read, and may be asked for again. */
  #content: Array<JsonObject | undefined> = [];
  /** The streams that have rows here, and their chains; these are used again. */
  dirty: Array<StreamState> = [];
  readonly #chains: Array<PendingChain> = [];
  readonly tags = new Map<string, PendingTags>();
  /** Requests by their key. */
  readonly requests = new Map<string, PendingRequest>();
  quarantined: Array<{ readonly key: string; readonly event: QuarantinedEvent }> = [];
  /** Rows that belong before others of the log index: their events were missed and read again. */
  late: Array<LogRow> = [];
  /** Users erased in this generation. */
  erased: Array<string> = [];
  /** How many events were folded into it, those that changed nothing included. */
  events = 0;

  constructor(pool: SlabPool) {
    this.slabs = new Slabs(pool);
  }

  get empty(): boolean {
    return this.events === 0;
  }

  /** How much memory it takes, roughly, what is known of its streams included. */
  get bytes(): number {
    return this.slabs.bytes + this.rows * bytesARow + this.dirty.length * bytesAStream;
  }

  #grow(): void {
    const size = this.#slab.length * 2;
    const grown = <T extends Uint16Array | Uint32Array | Int32Array | Float64Array>(target: T, source: T): T => {
      target.set(source);
      return target;
    };
    this.#slab = grown(new Uint16Array(size), this.#slab);
    this.#offset = grown(new Uint32Array(size), this.#offset);
    this.#length = grown(new Uint32Array(size), this.#length);
    this.#previous = grown(new Int32Array(size), this.#previous);
    this.#logTime = grown(new Float64Array(size), this.#logTime);
    this.#stream = grown(new Uint32Array(size), this.#stream);
    this.#room = grown(new Uint32Array(size), this.#room);
    this.#type = grown(new Uint32Array(size), this.#type);
  }

  /** The empty chain of a stream that has no rows here yet. */
  #begin(state: StreamState): PendingChain {
    const stream = this.dirty.push(state) - 1;
    let chain = this.#chains[stream];
    if (chain === undefined) {
      chain = { stream, newest: -1, count: 0, byKey: undefined };
      this.#chains.push(chain);
    } else {
      chain.newest = -1;
      chain.count = 0;
      chain.byKey = undefined;
    }
    state.active = chain;
    return chain;
  }

  /**
   * Adds the newest row of a stream; gives its number. `text` is the JSON of what the event leaves under its key.
   */
  add(
    state: StreamState,
    made: number,
    position: number,
    time: number,
    logTime: number,
    revision: number,
    hash: number,
    eventId: string,
    roomId: string | null,
    type: string | undefined,
    text: string,
    deleted: boolean,
  ): number {
    const memory = this.slabs.reserve(madeBytes + recordCapacity(text) + spareBytes);
    const offset = this.slabs.offset + madeBytes;
    writeRow(memory, offset, made, position, time, revision, hash);
    writeEventId(memory.bytes, offset, eventId);
    return this.#link(state, offset, writeContent(memory.bytes, offset, text, deleted), logTime, roomId, type);
  }

  /** The same where event id and content stand as text in a buffer, the content from an index to another. */
  addText(
    state: StreamState,
    made: number,
    position: number,
    time: number,
    logTime: number,
    revision: number,
    hash: number,
    source: Buffer,
    idFrom: number,
    roomId: string | null,
    type: string,
    from: number,
    to: number,
    deleted: boolean,
  ): number {
    const memory = this.slabs.reserve(madeBytes + recordBytes(to - from) + spareBytes);
    const offset = this.slabs.offset + madeBytes;
    writeRow(memory, offset, made, position, time, revision, hash);
    copyEventId(memory.bytes, offset, source, idFrom);
    return this.#link(state, offset, copyContent(memory.bytes, offset, source, from, to, deleted), logTime, roomId, type);
  }

  /** Takes the record that was written, and chains its row. */
  #link(state: StreamState, offset: number, length: number, logTime: number, roomId: string | null, type: string | undefined): number {
    const row = this.rows;
    if (row === this.#slab.length) this.#grow();
    this.#slab[row] = this.slabs.slab;
    this.slabs.take(madeBytes + length + spareBytes);
    const chain = state.active === noRows ? this.#begin(state) : state.active;
    this.#offset[row] = offset;
    this.#length[row] = length;
    this.#previous[row] = chain.newest;
    this.#logTime[row] = logTime;
    this.#stream[row] = chain.stream;
    this.#room[row] = roomId === null ? 0 : this.#names.add(roomId);
    this.#type[row] = type === undefined ? 0 : this.#names.add(type);
    chain.newest = row;
    chain.count += 1;
    if (chain.byKey !== undefined && type !== undefined) chain.byKey.set(this.#keyAt(row), row);
    this.rows = row + 1;
    return row;
  }

  /** The newest row of a key among those of a chain; -1 where there is none. */
  find(chain: PendingChain, roomId: string | null, type: string): number {
    const room = roomId === null ? 0 : this.#names.find(roomId);
    const name = this.#names.find(type);
    if (room === undefined || name === undefined) return -1;
    const key = keyOf(room, name);
    if (chain.count <= walkable) {
      for (let row = chain.newest; row >= 0; row = this.previous(row)) {
        if (this.#keyAt(row) === key) return row;
      }
      return -1;
    }
    if (chain.byKey === undefined) {
      const byKey = new Map<number, number>();
      for (let row = chain.newest; row >= 0; row = this.previous(row)) {
        if (this.typeOf(row) !== undefined && !byKey.has(this.#keyAt(row))) byKey.set(this.#keyAt(row), row);
      }
      chain.byKey = byKey;
    }
    return chain.byKey.get(key) ?? -1;
  }

  /** Whether a chain has a row of the same key as `row` between its newest one (inclusive) and it (exclusive). */
  hasNewer(newest: number, row: number): boolean {
    const key = this.#keyAt(row);
    for (let other = newest; other !== row; other = this.previous(other)) {
      if (this.#keyAt(other) === key) return true;
    }
    return false;
  }

  #keyAt(row: number): number {
    return keyOf(this.#room[row] as number, this.#type[row] as number);
  }

  previous(row: number): number {
    return this.#previous[row] as number;
  }
  stateOf(row: number): StreamState {
    return this.dirty[this.#stream[row] as number] as StreamState;
  }
  logTimeOf(row: number): number {
    return this.#logTime[row] as number;
  }
  /** When the change of a row was made, as the log's index tells it: by the log's time, or before it. */
  madeOf(row: number): number {
    const bytes = this.bufferOf(row);
    const offset = this.offsetOf(row);
    const made = rowMade(bytes, offset);
    return made < rowTime(bytes, offset) ? made : this.logTimeOf(row);
  }
  wordsOf(row: number): Uint32Array {
    return this.slabs.memory(this.#slab[row] as number).words;
  }
  bufferOf(row: number): Buffer {
    return this.slabs.memory(this.#slab[row] as number).bytes;
  }
  offsetOf(row: number): number {
    return this.#offset[row] as number;
  }
  lengthOf(row: number): number {
    return this.#length[row] as number;
  }
  roomOf(row: number): string | null {
    return this.#names.at(this.#room[row] as number) ?? null;
  }
  typeOf(row: number): string | undefined {
    return this.#names.at(this.#type[row] as number);
  }
  contentOf(row: number): JsonObject | undefined {
    return this.#content[row];
  }
  keepContent(row: number, content: JsonObject): void {
    this.#content[row] = content;
  }

  /** The rows of a chain, oldest first. */
  rowsOf(chain: PendingChain): Int32Array {
    const rows = new Int32Array(chain.count);
    this.#fill(chain, rows);
    return rows;
  }

  /** The same in memory that is used again at the next call; only the first `chain.count` numbers count. */
  scratchRowsOf(chain: PendingChain): Int32Array {
    if (this.#scratch.length < chain.count) this.#scratch = new Int32Array(chain.count * 2);
    this.#fill(chain, this.#scratch);
    return this.#scratch;
  }

  #fill(chain: PendingChain, rows: Int32Array): void {
    let at = chain.count;
    for (let row = chain.newest; row >= 0; row = this.previous(row)) {
      at -= 1;
      rows[at] = row;
    }
  }

  /** Forgets everything, after it was written. */
  reset(): void {
    this.slabs.reset();
    this.#names.clear();
    this.#content = [];
    this.rows = 0;
    this.dirty = [];
    this.tags.clear();
    this.requests.clear();
    this.quarantined = [];
    this.late = [];
    this.erased = [];
    this.events = 0;
  }
}
