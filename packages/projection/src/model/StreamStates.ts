import { readStreamHeader } from '../records/streamRecord.js';
import { readUtf8, writeUtf8 } from '../records/bytes.js';
import type { StorageReader } from '../storage/ProjectionStorage.js';
import { noRows, StreamState, type StreamKind } from './StreamState.js';

const scratch = Buffer.allocUnsafeSlow(1_024);

/** A name by itself: a slice of the stream's name would keep all of it, and be slow to compare. */
const copyName = (name: string): string =>
  name.length * 3 <= scratch.length ? readUtf8(scratch, 0, writeUtf8(scratch, name, 0)) : Buffer.from(name, 'utf8').toString('utf8');

/** The streams of one kind that are known in memory; others are looked up in storage. @category model */
export class StreamStates {
  readonly kind: StreamKind;
  readonly #storage: StorageReader;
  readonly #states = new Map<string, StreamState>();

  constructor(kind: StreamKind, storage: StorageReader) {
    this.kind = kind;
    this.#storage = storage;
  }

  /** The stream if it is known in memory: every stream with unwritten rows is. */
  peek(userId: string): StreamState | undefined {
    return this.#states.get(userId);
  }

  /** The stream, known from now on; one without events has the head -1. */
  load(name: string): StreamState {
    const known = this.#states.get(name);
    if (known !== undefined) return known;
    const userId = copyName(name);
    const record = this.#storage.get(this.kind === 'data' ? 'dataStreams' : 'tagStreams', userId);
    let state: StreamState;
    if (record === undefined) state = new StreamState(this.kind, userId, -1, 0, true);
    else {
      const { head, time } = readStreamHeader(record);
      state = new StreamState(this.kind, userId, head, time, false);
    }
    this.#states.set(userId, state);
    return state;
  }

  /** The stream's head without remembering it; -1 where it has no events. */
  head(userId: string): number {
    const known = this.#states.get(userId);
    if (known !== undefined) return known.head;
    const record = this.#storage.get(this.kind === 'data' ? 'dataStreams' : 'tagStreams', userId);
    return record === undefined ? -1 : readStreamHeader(record).head;
  }

  /** Forgets an erased user; what is unwritten of it stays unwritten. */
  purge(userId: string): void {
    const state = this.#states.get(userId);
    if (state === undefined) return;
    state.purged = true;
    this.#states.delete(userId);
  }

  /** Forgets the streams that were remembered longest, until so many are left, but none with unwritten rows. */
  trim(remembered: number): void {
    let excess = this.#states.size - remembered;
    if (excess <= 0) return;
    excess += remembered / 10;
    for (const [userId, state] of this.#states) {
      if (excess <= 0) return;
      excess -= 1;
      if (state.active === noRows && state.flushing === noRows) this.#states.delete(userId);
    }
  }
}
