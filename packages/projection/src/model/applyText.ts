import { isUserId, scannedUpdate, scanUpdate } from '@account-data/domain';
import type { EventText, PositionedEvent } from '@account-data/event-store';
import { readLatin1 } from '../records/bytes.js';
import { maxRevision } from '../records/row.js';
import { countChange, isLate, moveOn, sharedHash } from './applyChange.js';
import type { ReadModel } from './ReadModel.js';

/** What {@link applyText} found of an event; used again for the next one. */
const found = scannedUpdate();

const startsWith = (bytes: Buffer, from: number, to: number, prefix: string): boolean => {
  if (to - from < prefix.length) return false;
  for (let index = 0; index < prefix.length; index += 1) if (bytes[from + index] !== prefix.charCodeAt(index)) return false;
  return true;
};

const isSame = (bytes: Buffer, from: number, to: number, otherFrom: number, otherTo: number): boolean => {
  if (to - from !== otherTo - otherFrom) return false;
  for (let index = 0; index < to - from; index += 1) if (bytes[from + index] !== bytes[otherFrom + index]) return false;
  return true;
};

/**
 * Folds the next change of a user's account data from its text, without parsing it: the content goes as it stands there into the
 * record. True says that it did just what `applyEvent` does with the decoded event, which is what all others are left to, unchanged.
 *
 * @category combinators
 */
export const applyText = (model: ReadModel, event: PositionedEvent, text: EventText): boolean => {
  const { bytes, streamFrom, streamTo } = text;
  const prefix = model.names.accountDataPrefix;
  if (event.type !== 'AccountDataUpdated' || !startsWith(bytes, streamFrom, streamTo, prefix)) return false;
  const userFrom = streamFrom + prefix.length;
  const userId = readLatin1(bytes, userFrom, streamTo);
  if (model.erased.size > 0 && model.erased.has(userId)) return false;
  const known = model.data.peek(userId);
  if (known === undefined && !isUserId(userId)) return false;
  if (!scanUpdate(bytes, text.from, text.to, found) || !isSame(bytes, userFrom, streamTo, found.userFrom, found.userTo)) return false;
  const type = model.types.find(bytes, found.typeFrom, found.typeTo);
  const room = found.roomFrom < 0 ? undefined : model.rooms.find(bytes, found.roomFrom, found.roomTo);
  if (type === undefined || (room === undefined && found.roomFrom >= 0)) return false;
  const state = known ?? model.data.load(userId);
  const { revisionNumber: revision, positionNumber: position } = text;
  if (revision !== state.head + 1 || revision > maxRevision) return false;
  const { contentFrom, contentTo } = found;
  const deleted = contentTo - contentFrom === 2;
  const roomId = room?.text ?? null;
  if (state.keyCount >= 0 || state.contentBytes >= 0) countChange(model, state, roomId, type.text, deleted, contentTo - contentFrom);
  const { created } = event;
  const time = Math.max(created, state.time);
  const made = found.originalTime === undefined ? time : Math.min(found.originalTime, time);
  const logTime = isLate(model, position) ? -1 : model.logTime;
  model.active.addText(state, made, position, time, logTime, revision, sharedHash(room, type), bytes, text.idFrom, roomId, type.text, contentFrom, contentTo, deleted);
  moveOn(model, state, position, revision, time, made, created, type.text);
  return true;
};
