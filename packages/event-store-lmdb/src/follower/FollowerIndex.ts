import type { StreamName } from '@account-data/event-store';
import type { Environment } from '../layout/Environment.js';
import type { LogEntry } from '../layout/LogEntry.js';
import type { LogReader } from '../layout/LogReader.js';
import type { StoredIndex } from '../layout/StoredIndex.js';
import { newStreamState, replayEntry, stateOfRecord, type StreamState } from '../layout/StreamState.js';

/**
 * The streams as a process beside the owner sees them: the index on disk, and the end of the log that it does not have
 * yet, which is read and kept here until it has.
 */
export interface FollowerIndex {
  /** Takes up what has become durable, after the view of the file was renewed. */
  readonly refresh: (durable: number) => void;
  readonly find: (name: StreamName) => StreamState | undefined;
  readonly tombstoned: () => ReadonlySet<string>;
}

interface TailEntry {
  readonly entry: LogEntry;
  readonly position: number;
}

export const createFollowerIndex = ({ meta }: Environment, stored: StoredIndex, reader: LogReader): FollowerIndex => {
  let tail = new Map<string, Array<TailEntry>>();
  let indexed = -1;
  let seen = 0;
  let tombstoned = new Set<string>();

  const dropIndexed = (): void => {
    const kept = new Map<string, Array<TailEntry>>();
    for (const [name, entries] of tail) {
      const rest = entries.filter(({ position }) => position > indexed);
      if (rest.length > 0) kept.set(name, rest);
    }
    tail = kept;
    tombstoned = stored.tombstoned();
    for (const [name, entries] of tail) if (entries.some(({ entry }) => entry.length === 3)) tombstoned.add(name);
  };

  return {
    refresh: (durable) => {
      const storedUpTo = meta.number('indexed') ?? 0;
      if (storedUpTo !== indexed) {
        indexed = storedUpTo;
        dropIndexed();
      }
      seen = Math.max(seen, indexed);
      reader.scan(seen, durable, (entry, position) => {
        const entries = tail.get(entry[0]);
        if (entries === undefined) tail.set(entry[0], [{ entry, position }]);
        else entries.push({ entry, position });
        if (entry.length === 3) tombstoned.add(entry[0]);
      });
      seen = Math.max(seen, durable);
    },
    find: (name) => {
      const record = stored.find(name);
      const entries = tail.get(name);
      if (record === undefined && entries === undefined) return undefined;
      const state = record === undefined ? newStreamState(name) : stateOfRecord(name, record);
      for (const { entry, position } of entries ?? []) replayEntry(state, entry, position);
      return state;
    },
    tombstoned: () => tombstoned,
  };
};
