import type { Environment } from '../layout/Environment.js';
import type { LogEntry } from '../layout/LogEntry.js';
import { checkTombstone, chunkKey, chunkSize, decodeChunk, decodeStreamRecord, encodeChunk, encodeStreamRecord, encodeTombstone, RecordDamaged, streamKey, type StreamRecord } from '../layout/StreamRecord.js';

/** Revisions of a stream that are lost, from one to another (both inclusive). @category model */
export interface LostRevisions {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
}

interface Stream {
  /** By revision; 0 where nothing is left. */
  readonly positions: Array<number>;
  maxCount: number;
  /** Revisions that are known to be lost. */
  readonly lost: Set<number>;
}

/** The index of a log, made anew from the entries that are left of it; revisions keep their numbers. */
export interface SalvagedIndex {
  /** Takes up an entry; false where it belongs to a stream that was removed, and is to be left out. */
  readonly add: (entry: LogEntry, position: number) => boolean;
  /** What the old index tells of positions that are lost: whose they were. */
  readonly noteLost: (isLost: (position: number) => boolean) => void;
  /** How many events of a stream are left. */
  readonly head: (stream: string) => number;
  readonly lostRevisions: () => ReadonlyArray<LostRevisions>;
  /** Gives what puts the index into a file, a stream at a time, with about how many bytes that is. */
  readonly writes: (to: Environment) => Iterable<{ readonly bytes: number; readonly put: () => void }>;
}

/** What a record says, where it is what was written. */
const whole = <A>(decode: () => A): A | undefined => {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof RecordDamaged) return undefined;
    throw cause;
  }
};

/** Names that any of the places which keep them still knows: the index here, and entries of the log as they are met. */
const removedStreams = ({ streams, tombstones }: Environment): Set<string> => {
  const names = new Set<string>();
  for (const { key, value } of tombstones.getRange()) {
    if (whole(() => { checkTombstone(key, value); return true; }) === true) names.add(key.toString('utf8'));
  }
  for (const { key, value } of streams.getRange()) {
    if (whole(() => decodeStreamRecord(key, value))?.tombstoned === true) names.add(key.toString('utf8'));
  }
  return names;
};

const runsOf = (stream: string, revisions: ReadonlySet<number>): ReadonlyArray<LostRevisions> => {
  const runs: Array<LostRevisions> = [];
  for (const revision of [...revisions].sort((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last?.to === revision - 1) runs[runs.length - 1] = { ...last, to: revision };
    else runs.push({ stream, from: revision, to: revision });
  }
  return runs;
};

/** `alsoRemoved`: streams whose tombstones the log still has. */
export const createSalvagedIndex = (from: Environment, alsoRemoved: ReadonlySet<string>): SalvagedIndex => {
  const removed = new Set([...removedStreams(from), ...alsoRemoved]);
  const kept = new Map<string, Stream>();
  const streamOf = (name: string): Stream => {
    let stream = kept.get(name);
    if (stream === undefined) {
      stream = { positions: [], maxCount: 0, lost: new Set() };
      kept.set(name, stream);
    }
    return stream;
  };

  const noteRecord = (name: string, { head, positions }: StreamRecord, isLost: (position: number) => boolean): void => {
    positions.forEach((position, index) => {
      if (isLost(position)) streamOf(name).lost.add(head + 1 - positions.length + index);
    });
  };

  return {
    add: (entry, position) => {
      const [name] = entry;
      if (entry.length === 3) return true;
      if (removed.has(name)) return false;
      const stream = streamOf(name);
      if (entry.length === 4) stream.maxCount = entry[3].maxCount ?? 0;
      else {
        const [, revision] = entry;
        while (stream.positions.length < revision) stream.positions.push(0);
        stream.positions[revision] = position;
      }
      return true;
    },
    noteLost: (isLost) => {
      for (const { key, value } of from.streams.getRange()) {
        const record = whole(() => decodeStreamRecord(key, value));
        if (record !== undefined) noteRecord(key.toString('utf8'), record, isLost);
      }
      for (const { key, value } of from.chunks.getRange()) {
        const positions = whole(() => decodeChunk(key, value));
        if (positions === undefined) continue;
        const name = key.toString('utf8', 0, key.length - 5);
        const head = (key.readUInt32BE(key.length - 4) + 1) * chunkSize - 1;
        noteRecord(name, { head, positions, tombstoned: false, maxCount: 0 }, isLost);
      }
      // Between two events of a stream that keeps all of them, nothing is ever missing.
      for (const { positions, maxCount, lost } of kept.values()) {
        if (maxCount > 0) continue;
        positions.forEach((position, revision) => {
          if (position === 0) lost.add(revision);
        });
      }
    },
    head: (name) => (kept.get(name)?.positions.length ?? 0) - 1,
    lostRevisions: () => [...kept].flatMap(([name, { lost }]) => runsOf(name, lost)),
    *writes(to) {
      for (const [name, { positions, maxCount }] of kept) {
        const key = streamKey(name);
        const full = Math.max(0, Math.floor((positions.length - 1) / chunkSize));
        for (let number = 0; number < full; number += 1) {
          const at = chunkKey(name, number);
          const chunk = encodeChunk(at, positions.slice(number * chunkSize, (number + 1) * chunkSize));
          yield { bytes: chunk.length, put: () => void to.chunks.put(at, chunk) };
        }
        const record = encodeStreamRecord(key, { head: positions.length - 1, tombstoned: false, maxCount, positions: positions.slice(full * chunkSize) });
        yield { bytes: record.length, put: () => void to.streams.put(key, record) };
      }
      for (const name of removed) {
        const key = streamKey(name);
        const record = encodeStreamRecord(key, { head: -1, tombstoned: true, maxCount: 0, positions: [] });
        yield {
          bytes: record.length,
          put: () => {
            void to.streams.put(key, record);
            void to.tombstones.put(key, encodeTombstone(key));
          },
        };
      }
    },
  };
};
