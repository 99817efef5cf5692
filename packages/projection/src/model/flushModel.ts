import { sortedByName, type Timers } from '@account-data/runtime';
import { entryKey } from '../records/keys.js';
import { metaKey, type MetaRecord } from '../records/metaRecord.js';
import type { StorageWriter } from '../storage/ProjectionStorage.js';
import type { StoredLogBlock } from './LogIndex.js';
import type { Pending } from './Pending.js';
import { putStream } from './putStream.js';
import { putText } from './putText.js';
import { putRequests } from './putRequests.js';
import { purgeUser, type PurgedUser } from './purgeUser.js';
import type { ReadModel } from './ReadModel.js';
import type { RecentEntries } from './RecentEntries.js';
import { Slabs } from './Slabs.js';
import type { StreamState } from './StreamState.js';

/** A flush with up to so many rows is one transaction. */
const rowsInOneWrite = 3_000;
/** A larger one goes in steps of so many rows, so that nobody waits long for the event loop. */
const rowsInAStep = 2_000;
/** How many steps may be on their way to the disk. */
const stepsInFlight = 3;

/** Streams with up to so many rows are searched row by row for the newest of each key. */
const walkable = 12;

/** Writes the newest record of each key of a stream; `seen` is scratch. */
const putEntries = (writer: StorageWriter, recent: RecentEntries, pending: Pending, state: StreamState, seen: Set<string>): void => {
  const { newest, count } = state.flushing;
  if (count > walkable) seen.clear();
  for (let row = newest; row >= 0; row = pending.previous(row)) {
    const type = pending.typeOf(row);
    if (type === undefined) continue;
    if (count <= walkable && pending.hasNewer(newest, row)) continue;
    const key = entryKey(state.userId, pending.roomOf(row), type);
    if (count > walkable) {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    // Until it is stored, reads find the row.
    recent.forget(key);
    const offset = pending.offsetOf(row);
    writer.putInPlace('entries', key, pending.bufferOf(row), offset, offset + pending.lengthOf(row));
  }
};

/**
 * Writes one generation of changes and what the storage then knows about itself. The writes of a large one are settled
 * one after the other, each with whole streams, and the last one tells how far it went: after a kill in between, the
 * streams that are ahead of that find their events coming again, and fold them again (see `rewind` in `applyEvent`).
 *
 * What it puts together for a write is in memory of the pool until that write is settled.
 *
 * Rejects where storage could not take it; then it may be called again with the same arguments.
 *
 * @category interpreters
 */
export const writePending = async (
  model: ReadModel,
  pending: Pending,
  meta: MetaRecord,
  timers: Timers,
): Promise<void> => {
  const { storage } = model;
  // Pages are then filled one after the other.
  const streams = sortedByName(pending.dirty.filter((state) => !state.purged), ({ userId }) => userId);
  const seen = new Set<string>();
  let stream = 0;
  let logged = 0;
  /** Blocks of the log index that were filled in the write that is being made. */
  let filled: ReadonlyArray<StoredLogBlock> = [];
  const step = (writer: StorageWriter, scratch: Slabs, rows: number): void => {
    let room = rows;
    for (; stream < streams.length && room > 0; stream += 1) {
      const state = streams[stream] as StreamState;
      if (state.purged) continue;
      putStream(model, writer, scratch, pending, state);
      if (state.kind === 'data') putEntries(writer, model.recent, pending, state, seen);
      room -= state.flushing.count + 1;
    }
    if (stream < streams.length) return;
    while (logged < pending.rows && room > 0) {
      const to = Math.min(pending.rows, logged + room * 4);
      filled = model.log.append(writer, pending, logged, to);
      room -= (to - logged) / 4;
      logged = to;
    }
  };
  const finish = (writer: StorageWriter): void => {
    for (const [key, { row, userId }] of pending.tags) {
      if (model.erased.has(userId)) continue;
      const offset = pending.offsetOf(row);
      writer.putInPlace('tags', key, pending.bufferOf(row), offset, offset + pending.lengthOf(row));
    }
    putRequests(model, writer, pending);
    for (const { key, event } of pending.quarantined) putText(writer, 'quarantine', key, JSON.stringify(event));
    const purged: Array<PurgedUser> = pending.erased.map((userId) => purgeUser(storage, writer, model.names, userId));
    const late = pending.late.filter((row) => !model.erased.has(row.userId));
    if (late.length > 0 || purged.length > 0) model.log.rewrite(storage, writer, filled, late, purged);
    putText(writer, 'meta', metaKey, JSON.stringify(meta));
  };
  const write = async (fill: (writer: StorageWriter, scratch: Slabs) => void): Promise<void> => {
    const scratch = new Slabs(model.pool);
    try {
      await storage.write((writer) => {
        fill(writer, scratch);
      });
    } finally {
      scratch.reset();
    }
  };
  if (pending.rows <= rowsInOneWrite) {
    await write((writer, scratch) => {
      step(writer, scratch, Infinity);
      finish(writer);
    });
    return;
  }
  const inFlight: Array<Promise<void>> = [];
  const failures: Array<unknown> = [];
  while (stream < streams.length || logged < pending.rows) {
    const written = write((writer, scratch) => {
      step(writer, scratch, rowsInAStep);
    });
    inFlight.push(
      written.catch((error: unknown) => {
        failures.push(error);
      }),
    );
    if (inFlight.length >= stepsInFlight) await inFlight.shift();
    else await new Promise<void>((resolve) => { timers.defer(resolve); });
    if (failures.length > 0) break;
  }
  await Promise.all(inFlight);
  if (failures.length > 0) throw failures[0];
  // The storage has them by now.
  filled = [];
  await storage.write(finish);
};
