import type { DoubleLog, StreamRead } from './DoubleLog.js';
import type { LogRecord } from './LogRecord.js';

/** What a node shows of the log. The leader and followers that keep up show all of it. */
export interface LogView {
  readonly records: ReadonlyArray<LogRecord>;
  readonly indexAt: (position: bigint) => number;
  readonly readStream: (stream: string, from: bigint | 'start' | 'end', backwards: boolean, count: number) => StreamRead;
  readonly onWritten: (listener: (record: LogRecord) => void) => () => void;
}

/** The log as a node shows it that can fall behind. What is tombstoned, or was scavenged, it knows at once nevertheless. */
export class LaggingView implements LogView {
  readonly #log: DoubleLog;
  readonly #listeners = new Set<(record: LogRecord) => void>();
  /** Shows only what stands before this position; undefined: everything. */
  #end: bigint | undefined;

  constructor(log: DoubleLog) {
    this.#log = log;
    log.onWritten((record) => {
      if (this.#end === undefined) this.#tell([record]);
    });
  }

  /** From now on it takes over nothing more. */
  fallBehind(): void {
    this.#end ??= this.#log.end;
  }

  catchUp(): void {
    const missed = this.#log.records.slice(this.records.length);
    this.#end = undefined;
    this.#tell(missed);
  }

  get records(): ReadonlyArray<LogRecord> {
    return this.#end === undefined ? this.#log.records : this.#log.records.slice(0, this.#log.indexAt(this.#end));
  }

  indexAt(position: bigint): number {
    return Math.min(this.#log.indexAt(position), this.records.length);
  }

  readStream(stream: string, from: bigint | 'start' | 'end', backwards: boolean, count: number): StreamRead {
    const end = this.#end;
    if (end === undefined) return this.#log.readStream(stream, from, backwards, count);
    const found = this.#log.readStream(stream, from, backwards, Number.MAX_SAFE_INTEGER);
    if (found._tag !== 'Events') return found;
    const records = found.records.filter(({ position }) => position < end);
    return records.length === 0 && found.records.length > 0 ? { _tag: 'NoStream' } : { _tag: 'Events', records: records.slice(0, count) };
  }

  onWritten(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(records: ReadonlyArray<LogRecord>): void {
    for (const record of records) for (const listener of [...this.#listeners]) listener(record);
  }
}
