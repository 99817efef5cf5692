import type { StreamName } from '@account-data/event-store';
import { sortedByName } from '@account-data/runtime';
import type { Environment } from '../layout/Environment.js';
import type { LogEntry } from '../layout/LogEntry.js';
import type { StoredIndex } from '../layout/StoredIndex.js';
import { chunkKey, encodeChunk, encodeStreamRecord, encodeTombstone, streamKey } from '../layout/StreamRecord.js';
import { buryState, newStreamState, replayChange, stateOfRecord, streamChangeOf, type StreamState } from '../layout/StreamState.js';

/** How many clean streams each of the two halves of the cache holds. */
const cacheSize = 20_000;

/**
 * Which positions each stream's events have. The log alone is the truth: the index on disk lags behind it by what is in
 * memory as dirty streams, and is brought up to date in rounds, sorted by name, a slice with each commit, so that
 * neighbours share pages. After a crash the log's tail is read again.
 */
export interface StreamIndex {
  readonly find: (name: StreamName) => StreamState | undefined;
  readonly findOrCreate: (name: StreamName) => StreamState;
  /** Must follow every change of a state, and come before one that is kept for later: only so it stays in memory. */
  readonly touch: (state: StreamState) => void;
  /** Streams that are tombstoned for good. */
  readonly tombstoned: ReadonlySet<string>;
  readonly bury: (state: StreamState) => void;
  /** Everything of the log up to this position is in the index on disk. */
  readonly indexed: () => number;
  /** Whether a round is under way. */
  readonly isWriting: () => boolean;
  /** Starts a round that brings the index up to a durable position. */
  readonly startRound: (durable: number) => void;
  /** Puts the next slice of the round into the transaction that is being made; gives true if it was the last. */
  readonly writeSlice: (streams: number) => boolean;
  /** The round's last slice is durable. */
  readonly finishRound: () => void;
  /** Takes up an entry of the log that the index on disk may know already. */
  readonly replay: (entry: LogEntry, position: number) => void;
}

interface Round {
  readonly upTo: number;
  readonly states: ReadonlyArray<StreamState>;
  readonly written: Array<{ readonly state: StreamState; readonly chunk: number }>;
  next: number;
}

export const createStreamIndex = ({ streams, chunks, tombstones, meta }: Environment, stored: StoredIndex, indexedUpTo: number): StreamIndex => {
  let young = new Map<string, StreamState>();
  let old = new Map<string, StreamState>();
  let dirty = new Map<string, StreamState>();
  let writing = new Map<string, StreamState>();
  let round: Round | undefined;
  let indexed = indexedUpTo;
  const tombstoned = stored.tombstoned();

  const remember = (state: StreamState): StreamState => {
    if (young.size >= cacheSize) {
      old = young;
      young = new Map();
    }
    young.set(state.name, state);
    return state;
  };

  const load = (name: StreamName): StreamState | undefined => {
    const record = stored.find(name);
    return record === undefined ? undefined : remember(stateOfRecord(name, record));
  };

  const find = (name: StreamName): StreamState | undefined => {
    const state = young.get(name);
    if (state !== undefined) return state;
    const cached = old.get(name) ?? dirty.get(name) ?? writing.get(name);
    return cached === undefined ? load(name) : remember(cached);
  };

  const findOrCreate = (name: StreamName): StreamState => find(name) ?? remember(newStreamState(name));

  const touch = (state: StreamState): void => {
    if (state.dirty) return;
    state.dirty = true;
    dirty.set(state.name, state);
  };

  const bury = (state: StreamState): void => {
    buryState(state);
    tombstoned.add(state.name);
    touch(state);
  };

  const write = (state: StreamState, written: Round['written']): void => {
    const { head, maxCount, recent } = state;
    const key = streamKey(state.name);
    const record = encodeStreamRecord(key, { head, maxCount, positions: recent, tombstoned: state.tombstone === 'durable' });
    for (const [number, positions] of state.sealed ?? []) {
      const chunk = chunkKey(state.name, number);
      void chunks.put(chunk, encodeChunk(chunk, positions));
      written.push({ state, chunk: number });
    }
    void streams.put(key, record);
    if (state.tombstone === 'durable') void tombstones.put(key, encodeTombstone(key));
  };

  return {
    find,
    findOrCreate,
    touch,
    tombstoned,
    bury,
    indexed: () => indexed,
    isWriting: () => round !== undefined,
    startRound: (durable) => {
      writing = dirty;
      dirty = new Map();
      const states = sortedByName([...writing.values()], ({ name }) => name);
      for (const state of states) state.dirty = false;
      round = { upTo: durable, states, written: [], next: 0 };
    },
    writeSlice: (size) => {
      if (round === undefined) return false;
      const end = Math.min(round.states.length, round.next + size);
      for (; round.next < end; round.next += 1) {
        const state = round.states[round.next];
        if (state !== undefined) write(state, round.written);
      }
      if (round.next < round.states.length) return false;
      void meta.putNumber('indexed', round.upTo);
      return true;
    },
    finishRound: () => {
      if (round === undefined) return;
      for (const { state, chunk } of round.written) state.sealed?.delete(chunk);
      indexed = round.upTo;
      round = undefined;
      writing = new Map();
    },
    replay: (entry, position) => {
      const state = findOrCreate(entry[0] as StreamName);
      if (!replayChange(state, streamChangeOf(entry, position))) return;
      if (state.tombstone === 'durable') tombstoned.add(state.name);
      touch(state);
    },
  };
};
