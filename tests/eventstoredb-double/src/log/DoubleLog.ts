import type { Runtime } from '@account-data/runtime';
import { deletedRevision, type Expected, type LogRecord, type Proposal } from './LogRecord.js';
import { firstReadable, isSoftlyDeleted, newStream, readTruncation, type StreamState, type Truncation } from './StreamState.js';

/** What the log says to a write. `revision` and `position` are those of the last event of the write. */
export type WriteResult =
  | { readonly _tag: 'Written'; readonly revision: bigint; readonly position: bigint; readonly idempotent: boolean }
  | { readonly _tag: 'WrongRevision'; readonly actual: bigint }
  | { readonly _tag: 'Deleted' };

export type StreamRead =
  | { readonly _tag: 'Events'; readonly records: ReadonlyArray<LogRecord> }
  | { readonly _tag: 'NoStream' }
  | { readonly _tag: 'Deleted' };

const noBytes = new Uint8Array();
const utf8 = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/**
 * A transaction log in memory with EventStoreDB's rules for streams: expected revisions and idempotence, metadata in
 * `$$` streams, truncation, soft deletion, tombstones, and a scavenge that alone removes anything from the whole log.
 */
export class DoubleLog {
  readonly #runtime: Runtime;
  readonly #records: Array<LogRecord> = [];
  readonly #streams = new Map<string, StreamState>();
  /** What a node remembers of event ids, in memory only: with `any` its idempotence hangs on this. */
  readonly #ids = new Map<string, { readonly stream: string; readonly revision: bigint }>();
  readonly #listeners = new Set<(record: LogRecord) => void>();
  #end = 0n;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.writeSystemEvent('$users', '$User');
    this.writeSystemEvent('$stats-127.0.0.1:2113', '$statsCollected');
  }

  get records(): ReadonlyArray<LogRecord> {
    return this.#records;
  }

  /** The position after the last record. */
  get end(): bigint {
    return this.#end;
  }

  onWritten(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A node that starts again remembers no event ids, and writes an event of its own. */
  forgetIds(): void {
    this.#ids.clear();
    this.writeSystemEvent('$epoch-information', '$epoch-information');
  }

  /** A log as a backup of this moment: the same records in the same places. A node that starts with it remembers no event ids. */
  backup(): DoubleLog {
    const copy = new DoubleLog(this.#runtime);
    copy.#records.splice(0, copy.#records.length, ...this.#records);
    copy.#streams.clear();
    for (const [name, state] of this.#streams) copy.#streams.set(name, { ...state, records: [...state.records] });
    copy.#ids.clear();
    copy.#end = this.#end;
    return copy;
  }

  writeSystemEvent(stream: string, type: string): void {
    const id = this.#runtime.random.uuid();
    this.#commit(stream, [{ id, type, isJson: true, data: utf8({}), metadata: noBytes }]);
  }

  append(stream: string, events: ReadonlyArray<Proposal>, expected: Expected): WriteResult {
    const refused = this.#check(stream, events, expected);
    if (refused !== undefined) return refused;
    const truncation = this.#truncation(stream);
    const before = this.#last(stream);
    // Nothing is written, and success answered: also for a stream that is not there, and is not there afterwards.
    if (events.length === 0) return { _tag: 'Written', revision: before, position: -1n, idempotent: false };
    const last = this.#commit(stream, events);
    if (isSoftlyDeleted(truncation)) this.#undelete(stream, before + 1n);
    return { _tag: 'Written', revision: last.revision, position: last.position, idempotent: false };
  }

  /** Deletes a stream for good. */
  tombstone(stream: string, expected: Expected): WriteResult {
    const refused = this.#check(stream, [], expected);
    if (refused !== undefined) return refused;
    const record = this.#write(stream, deletedRevision, {
      id: this.#runtime.random.uuid(),
      type: '$streamDeleted',
      isJson: false,
      data: noBytes,
      metadata: noBytes,
    });
    this.#state(stream).tombstoned = true;
    this.#tell(record);
    return { _tag: 'Written', revision: deletedRevision, position: record.position, idempotent: false };
  }

  /** Deletes a stream softly: it can't be read any more, and goes on where it was with the next append. */
  deleteSoftly(stream: string, expected: Expected): WriteResult {
    const refused = this.#check(stream, [], expected);
    if (refused !== undefined) return refused;
    if (this.#last(stream) < 0n) return { _tag: 'WrongRevision', actual: -1n };
    const last = this.#commit(`$$${stream}`, [this.#metadataEvent(deletedRevision)]);
    return { _tag: 'Written', revision: last.revision, position: last.position, idempotent: false };
  }

  readStream(stream: string, from: bigint | 'start' | 'end', backwards: boolean, count: number): StreamRead {
    const state = this.#streams.get(stream);
    if (this.#isDeleted(stream)) return { _tag: 'Deleted' };
    const truncation = this.#truncation(stream);
    if (state === undefined || state.last < 0n || isSoftlyDeleted(truncation)) return { _tag: 'NoStream' };
    const first = firstReadable(state, truncation);
    const start = from === 'end' ? state.last : from === 'start' ? 0n : from;
    const readable = state.records.filter((record) => record.revision >= first && (backwards ? record.revision <= start : record.revision >= start));
    return { _tag: 'Events', records: (backwards ? readable.reverse() : readable).slice(0, count) };
  }

  /** The index of the first record at or after a position. */
  indexAt(position: bigint): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const record = this.#records[middle];
      if (record !== undefined && record.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Removes what can't be read from its stream any more: what was truncated or deleted. Tombstones stay. */
  scavenge(): void {
    const kept = this.#records.filter((record) => !this.#isWaste(record));
    this.#records.splice(0, this.#records.length, ...kept);
    for (const [name, state] of this.#streams) {
      const readable = state.records.filter((record) => !this.#isWaste(record));
      state.records.splice(0, state.records.length, ...readable);
      if (this.#isDeleted(name)) this.#ids.forEach((place, id) => place.stream === name && this.#ids.delete(id));
    }
  }

  #isWaste(record: LogRecord): boolean {
    if (record.revision === deletedRevision) return false;
    if (this.#isDeleted(record.stream)) return true;
    const state = this.#streams.get(record.stream);
    if (state === undefined || record.revision === state.last) return false;
    if (record.stream.startsWith('$$')) return true;
    return record.revision < firstReadable(state, this.#truncation(record.stream));
  }

  #state(stream: string): StreamState {
    const found = this.#streams.get(stream) ?? newStream();
    this.#streams.set(stream, found);
    return found;
  }

  #last(stream: string): bigint {
    return this.#streams.get(stream)?.last ?? -1n;
  }

  /** A metadata stream can't be read where its stream is deleted. */
  #isDeleted(stream: string): boolean {
    const own = stream.startsWith('$$') ? stream.slice(2) : stream;
    return this.#streams.get(own)?.tombstoned === true;
  }

  #truncation(stream: string): Truncation {
    if (stream.startsWith('$$')) return { maxCount: 1n, truncateBefore: undefined };
    return readTruncation(this.#streams.get(`$$${stream}`)?.records.at(-1));
  }

  /** Undefined where it may be written. */
  #check(stream: string, events: ReadonlyArray<Proposal>, expected: Expected): WriteResult | undefined {
    // The metadata of a tombstoned stream can't be read any more, but written it can be.
    if (this.#streams.get(stream)?.tombstoned === true) return { _tag: 'Deleted' };
    const last = this.#last(stream);
    const wrong: WriteResult = { _tag: 'WrongRevision', actual: last };
    if (expected === 'stream-exists') {
      if (isSoftlyDeleted(this.#truncation(stream))) return { _tag: 'Deleted' };
      if (last < 0n && this.#last(`$$${stream}`) < 0n) return wrong;
    }
    if (expected === 'any' || expected === 'stream-exists') return this.#repeatedAny(stream, events, wrong);
    const revision = expected === 'no-stream' ? -1n : expected;
    if (revision > last) return wrong;
    return revision === last ? undefined : this.#repeatedExact(stream, events, revision, wrong);
  }

  #repeatedAny(stream: string, events: ReadonlyArray<Proposal>, wrong: WriteResult): WriteResult | undefined {
    let repeated: bigint | undefined;
    for (const [index, { id }] of events.entries()) {
      const place = this.#ids.get(id);
      if (place?.stream !== stream) return index === 0 ? undefined : wrong;
      repeated = place.revision;
    }
    return repeated === undefined ? undefined : this.#idempotent(stream, repeated);
  }

  #repeatedExact(stream: string, events: ReadonlyArray<Proposal>, expected: bigint, wrong: WriteResult): WriteResult | undefined {
    if (events.length === 0) return wrong;
    let revision = expected;
    for (const { id } of events) {
      revision += 1n;
      const place = this.#ids.get(id);
      if (place?.stream === stream && place.revision === revision) continue;
      if (this.#recordAt(stream, revision)?.id === id) continue;
      const first = revision === expected + 1n;
      return first && expected === -1n && isSoftlyDeleted(this.#truncation(stream)) ? undefined : wrong;
    }
    return this.#idempotent(stream, revision);
  }

  #recordAt(stream: string, revision: bigint): LogRecord | undefined {
    return this.#streams.get(stream)?.records.find((record) => record.revision === revision);
  }

  #idempotent(stream: string, revision: bigint): WriteResult {
    return { _tag: 'Written', revision, position: this.#recordAt(stream, revision)?.position ?? -1n, idempotent: true };
  }

  #commit(stream: string, events: ReadonlyArray<Proposal>): LogRecord {
    const records = events.map((event) => {
      const state = this.#state(stream);
      const record = this.#write(stream, state.last + 1n, event);
      state.last = record.revision;
      state.records.push(record);
      // An id that is known keeps its first place, also where it is another stream's.
      if (!this.#ids.has(event.id)) this.#ids.set(event.id, { stream, revision: record.revision });
      return record;
    });
    for (const record of records) this.#tell(record);
    const last = records.at(-1);
    if (last === undefined) throw new Error('A write needs an event.');
    return last;
  }

  #undelete(stream: string, from: bigint): void {
    this.#commit(`$$${stream}`, [this.#metadataEvent(from)]);
  }

  #metadataEvent(truncateBefore: bigint): Proposal {
    const data = Buffer.from(`{"$tb":${truncateBefore}}`, 'utf8');
    return { id: this.#runtime.random.uuid(), type: '$metadata', isJson: true, data, metadata: noBytes };
  }

  #write(stream: string, revision: bigint, { id, type, isJson, data, metadata }: Proposal): LogRecord {
    const position = this.#end;
    // About what a record takes in a chunk file: positions are offsets in bytes.
    this.#end += BigInt(120 + Buffer.byteLength(stream) + Buffer.byteLength(type) + data.length + metadata.length);
    const created = BigInt(Math.floor(this.#runtime.clock.now())) * 10_000n;
    const record: LogRecord = { position, end: this.#end, stream, revision, id, type, isJson, data, metadata, created };
    this.#records.push(record);
    return record;
  }

  #tell(record: LogRecord): void {
    for (const listener of [...this.#listeners]) listener(record);
  }
}
