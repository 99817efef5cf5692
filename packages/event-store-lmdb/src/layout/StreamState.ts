import type { StreamName } from '@account-data/event-store';
import { type LogEntry, metadataKind, tombstoneKind } from './LogEntry.js';
import { chunkSize, type StreamRecord } from './StreamRecord.js';

/**
 * One stream as it is kept in memory. With the owner, what is appended counts at once (the next append's expectation is
 * held against it), before it is durable.
 */
export interface StreamState {
  readonly name: StreamName;
  /** The revision of the last event, -1 if there is none. */
  head: number;
  /** `pending`: it refuses appends already, but readers see it until the tombstone is durable. */
  tombstone: 'none' | 'pending' | 'durable';
  /** 0 for none. */
  maxCount: number;
  /** The positions of the last chunk's events, up to the head. */
  recent: Array<number>;
  /** Full chunks that the index on disk may not have yet, by number. Few streams have any, and an empty map takes as much as all else. */
  sealed: Map<number, ReadonlyArray<number>> | undefined;
  /** Whether the index on disk is to be brought up to date with it. */
  dirty: boolean;
}

export const newStreamState = (name: StreamName): StreamState => ({
  name,
  head: -1,
  tombstone: 'none',
  maxCount: 0,
  recent: [],
  sealed: undefined,
  dirty: false,
});

export const stateOfRecord = (name: StreamName, record: StreamRecord): StreamState => ({
  name,
  head: record.head,
  tombstone: record.tombstoned ? 'durable' : 'none',
  maxCount: record.maxCount,
  recent: record.positions.slice(),
  sealed: undefined,
  dirty: false,
});

/** Adds the next event's position. */
export const pushPosition = (state: StreamState, position: number): void => {
  if (state.recent.length === chunkSize) {
    state.sealed ??= new Map();
    state.sealed.set((state.head + 1) / chunkSize - 1, state.recent);
    state.recent = [];
  }
  state.recent.push(position);
  state.head += 1;
};

export const buryState = (state: StreamState): void => {
  state.tombstone = 'durable';
  state.recent = [];
  state.sealed = undefined;
};

/** The position of the last event; 0 if there is none. */
export const headPosition = (state: StreamState): number => state.recent.at(-1) ?? 0;

/** The first revision whose position `recent` holds. */
export const recentFrom = (state: StreamState): number => state.head + 1 - state.recent.length;

/** What an entry of the log changes of its stream. */
export interface StreamChange {
  readonly position: number;
  /** The event's revision, or which other kind of entry it is. */
  readonly kind: number;
  /** What the stream's metadata say; 0 for none. */
  readonly maxCount: number;
}

export const streamChangeOf = (entry: LogEntry, position: number): StreamChange => ({
  position,
  kind: entry[1],
  maxCount: entry.length === 4 ? (entry[3].maxCount ?? 0) : 0,
});

/** Takes a change of the stream up; nothing changes where the state knows it already. Gives whether anything changed. */
export const replayChange = (state: StreamState, { position, kind, maxCount }: StreamChange): boolean => {
  if (kind === tombstoneKind) {
    buryState(state);
    return true;
  }
  if (kind === metadataKind) {
    state.maxCount = maxCount;
    return true;
  }
  if (kind !== state.head + 1) return false;
  pushPosition(state, position);
  return true;
};
