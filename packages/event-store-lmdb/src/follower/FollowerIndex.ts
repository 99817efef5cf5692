import type { StreamName } from '@account-data/event-store';
import { type Environment, metaNumber } from '../layout/Environment.js';
import type { LogEntry } from '../layout/LogEntry.js';
import type { LogReader } from '../layout/LogReader.js';
import { decodeStreamRecord, streamKey } from '../layout/StreamRecord.js';
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

export const createFollowerIndex = ({ streams, tombstones, meta }: Environment, reader: LogReader): FollowerIndex => {
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
    tombstoned = new Set();
    for (const key of tombstones.getKeys()) tombstoned.add(key.toString('utf8'));
    for (const [name, entries] of tail) if (entries.some(({ entry }) => entry.length === 3)) tombstoned.add(name);
  };

  return {
    refresh: (durable) => {
      const stored = metaNumber(meta, 'indexed', 0);
      if (stored !== indexed) {
        indexed = stored;
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
      const record = streams.get(streamKey(name));
      const entries = tail.get(name);
      if (record === undefined && entries === undefined) return undefined;
      const state = record === undefined ? newStreamState(name) : stateOfRecord(name, decodeStreamRecord(record));
      for (const { entry, position } of entries ?? []) replayEntry(state, entry, position);
      return state;
    },
    tombstoned: () => tombstoned,
  };
};
