import type { StreamName } from '@account-data/event-store';
import type { Environment } from '../layout/Environment.js';
import { tombstoneKind } from '../layout/LogEntry.js';
import type { LogReader } from '../layout/LogReader.js';
import type { StoredIndex } from '../layout/StoredIndex.js';
import { newStreamState, replayChange, stateOfRecord, type StreamChange, streamChangeOf, type StreamState } from '../layout/StreamState.js';

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

export const createFollowerIndex = ({ meta }: Environment, stored: StoredIndex, reader: LogReader): FollowerIndex => {
  let tail = new Map<string, Array<StreamChange>>();
  let indexed = -1;
  let seen = 0;
  let tombstoned = new Set<string>();

  const dropIndexed = (): void => {
    const kept = new Map<string, Array<StreamChange>>();
    for (const [name, changes] of tail) {
      const rest = changes.filter(({ position }) => position > indexed);
      if (rest.length > 0) kept.set(name, rest);
    }
    tail = kept;
    tombstoned = stored.tombstoned();
    for (const [name, changes] of tail) if (changes.some(({ kind }) => kind === tombstoneKind)) tombstoned.add(name);
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
        // Not the entry, with all that the event says: there may be tens of thousands.
        const change = streamChangeOf(entry, position);
        const changes = tail.get(entry[0]);
        if (changes === undefined) tail.set(entry[0], [change]);
        else changes.push(change);
        if (change.kind === tombstoneKind) tombstoned.add(entry[0]);
      });
      seen = Math.max(seen, durable);
    },
    find: (name) => {
      const record = stored.find(name);
      const changes = tail.get(name);
      if (record === undefined && changes === undefined) return undefined;
      const state = record === undefined ? newStreamState(name) : stateOfRecord(name, record);
      for (const change of changes ?? []) replayChange(state, change);
      return state;
    },
    tombstoned: () => tombstoned,
  };
};
