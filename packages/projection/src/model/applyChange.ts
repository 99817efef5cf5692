import { accountDataEffect, liveKeysAdded, timeMade, type AccountDataUpdated, type EventMetadata } from '@account-data/domain';
import type { PositionedEvent } from '@account-data/event-store';
import { combineHashes, noRoomHash } from '../records/row.js';
import { currentContentBytes, isLive } from './current.js';
import type { SharedName } from './NameTable.js';
import type { ReadModel } from './ReadModel.js';
import type { StreamState } from './StreamState.js';

/** Counts a change of a key into what is known of its stream, before it is added. */
export const countChange = (
  model: ReadModel,
  state: StreamState,
  roomId: string | null,
  type: string,
  deleted: boolean,
  bytes: number,
): void => {
  if (state.keyCount >= 0) state.keyCount += liveKeysAdded(isLive(model, state.userId, roomId, type), deleted);
  if (state.contentBytes >= 0) state.contentBytes += (deleted ? 0 : bytes) - currentContentBytes(model, state.userId, roomId, type);
};

/** The hash of a key, from its names. */
export const sharedHash = (room: SharedName | undefined, type: SharedName): number =>
  combineHashes(room === undefined ? noRoomHash : room.hash, type.hash);

/** Whether an event was missed and is read again: it belongs before others of the log index. */
export const isLate = (model: ReadModel, position: number): boolean => position < model.lastIndexed;

/** Moves stream and log on behind a change that was added. */
export const moveOn = (
  model: ReadModel,
  state: StreamState,
  position: number,
  revision: number,
  time: number,
  made: number,
  created: number,
  type: string,
): void => {
  if (isLate(model, position)) model.active.late.push({ position, time: created, made: Math.min(made, created), revision, type, userId: state.userId });
  else model.lastIndexed = position;
  state.head = revision;
  state.time = time;
};

/** Adds a change of account data that was decoded. */
export const applyChange = (
  model: ReadModel,
  state: StreamState,
  event: PositionedEvent,
  position: number,
  change: AccountDataUpdated,
  metadata: EventMetadata,
): void => {
  const { roomId, name, content, deleted } = accountDataEffect(change);
  const room = roomId === null ? undefined : model.share(roomId);
  const type = model.share(name);
  const text = JSON.stringify(content);
  if (state.keyCount >= 0 || state.contentBytes >= 0) {
    countChange(model, state, room?.text ?? null, type.text, deleted, Buffer.byteLength(text));
  }
  const revision = Number(event.revision);
  const time = Math.max(event.created, state.time);
  const made = timeMade(metadata, time);
  model.active.add(
    state,
    made,
    position,
    time,
    isLate(model, position) ? -1 : model.logTime,
    revision,
    sharedHash(room, type),
    event.id,
    room?.text ?? null,
    type.text,
    text,
    deleted,
  );
  moveOn(model, state, position, revision, time, made, event.created, type.text);
};
