import type { Timers } from '@account-data/runtime';
import { entryKey } from '../records/keys.js';
import type { LogRow } from '../records/logBlock.js';
import { metaKey, type MetaRecord } from '../records/metaRecord.js';
import { rowPosition, rowRevision } from '../records/row.js';
import type { StorageWriter } from '../storage/ProjectionStorage.js';
import { putText } from './LogIndex.js';
import type { Pending } from './Pending.js';
import { putStream } from './putStream.js';
import { putRequests } from './putRequests.js';
import { purgeUser, type PurgedUser } from './purgeUser.js';
import type { ReadModel } from './ReadModel.js';
import { Slabs } from './Slabs.js';
import type { StreamState } from './StreamState.js';

/** A flush with up to so many rows is one transaction. */
const rowsInOneWrite = 3_000;
/** A larger one goes in steps of so many rows, so that nobody waits long for the event loop. */
const rowsInAStep = 1_000;
/** How many steps may be on their way to the disk. */
const stepsInFlight = 3;

const byUserId = (a: StreamState, b: StreamState): number => (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0);

/** Writes the newest record of each key of a stream; `seen` is scratch. */
const putEntries = (writer: StorageWriter, pending: Pending, state: StreamState, seen: Set<string>): void => {
  const { flushing } = state;
  if (flushing.count > 1) seen.clear();
  for (let row = flushing.newest; row >= 0; row = pending.previous(row)) {
    const type = pending.typeOf(row);
    if (type === undefined) continue;
    const key = entryKey(state.userId, pending.roomOf(row), type);
    if (flushing.count > 1) {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const offset = pending.offsetOf(row);
    writer.put('entries', key, pending.bufferOf(row), offset, offset + pending.lengthOf(row));
  }
};

const logRows = (pending: Pending, from: number, to: number): LogRow[] => {
  const rows: LogRow[] = [];
  for (let row = from; row < to; row += 1) {
    const state = pending.stateOf(row);
    const type = pending.typeOf(row);
    // Tags and events without a key have no type; late rows are written by themselves.
    if (type === undefined || state.purged || pending.logTimeOf(row) < 0) continue;
    const buffer = pending.bufferOf(row);
    const offset = pending.offsetOf(row);
    rows.push({
      position: rowPosition(buffer, offset),
      time: pending.logTimeOf(row),
      revision: rowRevision(buffer, offset),
      type,
      userId: state.userId,
    });
  }
  return rows;
};

/**
 * Writes one generation of changes and what the storage then knows about itself. The writes of a large one are settled
 * one after the other, each with whole streams, and the last one tells how far it went: after a kill in between, the
 * streams that are ahead of that find their events coming again, and pass them over.
 *
 * Rejects where storage could not take it; then it may be called again with the same arguments.
 *
 * @category interpreters
 */
export const writePending = async (
  model: ReadModel,
  pending: Pending,
  meta: MetaRecord,
  scratch: Slabs,
  timers: Timers,
): Promise<void> => {
  const { storage } = model;
  const streams = pending.dirty.filter((state) => !state.purged).sort(byUserId);
  const seen = new Set<string>();
  let stream = 0;
  let logged = 0;
  const step = (writer: StorageWriter, rows: number): void => {
    let room = rows;
    for (; stream < streams.length && room > 0; stream += 1) {
      const state = streams[stream] as StreamState;
      if (state.purged) continue;
      putStream(model, writer, scratch, pending, state);
      if (state.kind === 'data') putEntries(writer, pending, state, seen);
      room -= state.flushing.count + 1;
    }
    if (stream < streams.length) return;
    while (logged < pending.rows && room > 0) {
      const to = Math.min(pending.rows, logged + room * 4);
      const rowsToLog = logRows(pending, logged, to);
      model.log.append(writer, rowsToLog.filter((row) => row.position > model.log.last));
      room -= (to - logged) / 4;
      logged = to;
    }
  };
  const finish = (writer: StorageWriter): void => {
    for (const [key, { row, userId }] of pending.tags) {
      if (model.erased.has(userId)) continue;
      const offset = pending.offsetOf(row);
      writer.put('tags', key, pending.bufferOf(row), offset, offset + pending.lengthOf(row));
    }
    putRequests(model, writer, pending);
    for (const { key, event } of pending.quarantined) putText(writer, 'quarantine', key, JSON.stringify(event));
    const purged: PurgedUser[] = pending.erased.map((userId) => purgeUser(storage, writer, model.names, userId));
    const late = pending.late.filter((row) => !model.erased.has(row.userId));
    if (late.length > 0 || purged.length > 0) model.log.rewrite(storage, writer, late, purged);
    putText(writer, 'meta', metaKey, JSON.stringify(meta));
  };
  if (pending.rows <= rowsInOneWrite) {
    await storage.write((writer) => {
      step(writer, Infinity);
      finish(writer);
    });
    return;
  }
  const inFlight: Promise<void>[] = [];
  let failure: unknown;
  let failed = false;
  while (stream < streams.length || logged < pending.rows) {
    const write = storage.write((writer) => {
      step(writer, rowsInAStep);
    });
    inFlight.push(
      write.catch((error: unknown) => {
        failed = true;
        failure = error;
      }),
    );
    if (inFlight.length >= stepsInFlight) await inFlight.shift();
    else await new Promise<void>((resolve) => { timers.defer(resolve); });
    if (failed) break;
  }
  await Promise.all(inFlight);
  if (failed) throw failure;
  await storage.write(finish);
};
