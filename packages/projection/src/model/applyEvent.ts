import {
  actorKey,
  contentBytes,
  decodeStored,
  isUserId,
  liveKeysAdded,
  roomTagEffect,
  timeMade,
  type EventDecodeError,
  type EventMetadata,
  type RoomTagEvent,
} from '@account-data/domain';
import type { PositionedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { positionKey, requestKey, tagsKey } from '../records/keys.js';
import { keyHash, maxRevision, noKeyHash } from '../records/row.js';
import { tagsAfter } from '../records/tagsRecord.js';
import { applyChange } from './applyChange.js';
import { applyText } from './applyText.js';
import { currentTagsContent } from './current.js';
import { eraseUser, passErasure } from './eraseUser.js';
import { epochTag } from './LogEpochs.js';
import type { ReadModel } from './ReadModel.js';
import { rowAt } from './RowReader.js';
import type { StreamState } from './StreamState.js';

/**
 * What an event did. `ignored`: it was folded before, or concerns nothing here. `gap`: events of its stream before it
 * are missing; nothing was changed. `newer`: it has a schema version this program doesn't know; nothing was changed.
 * `other_log`: it says that this is another log; nothing was changed.
 *
 * @category model
 */
export type Applied = 'applied' | 'ignored' | 'gap' | 'newer' | 'other_log';

/** Bigints of the port as numbers. Throws where they can't be: positions and revisions grow by events or bytes. */
const numberOf = (value: string, limit: number, what: string): number => {
  const number = Number(value);
  if (number > limit) throw new RangeError(`The projection can't index a ${what} beyond ${limit}.`);
  return number;
};

/** A row of an event without a key: it moves its stream's head on and can be located. */
const addKeyless = (model: ReadModel, state: StreamState, event: PositionedEvent, position: number): void => {
  const revision = Number(event.revision);
  const time = Math.max(event.created, state.time);
  model.active.add(state, time, position, time, model.logTime, revision, noKeyHash, event.id, null, undefined, '', false);
  state.head = revision;
  state.time = time;
};

const quarantine = (
  model: ReadModel,
  state: StreamState,
  event: PositionedEvent,
  position: number,
  path: string,
  expected: string,
): Applied => {
  model.active.quarantined.push({
    key: positionKey(position),
    event: {
      position: String(event.position),
      revision: String(event.revision),
      stream: event.stream,
      eventId: event.id,
      eventType: event.type,
      path,
      expected,
    },
  });
  model.quarantined += 1;
  addKeyless(model, state, event, position);
  return 'applied';
};

const undecodable = (
  model: ReadModel,
  state: StreamState,
  event: PositionedEvent,
  position: number,
  error: EventDecodeError,
): Applied => {
  switch (error._tag) {
    case 'NewerSchemaVersion':
      return 'newer';
    case 'CorruptEvent':
      return quarantine(model, state, event, position, error.path, error.expected);
    case 'UnknownEventType':
      model.foreign += 1;
      addKeyless(model, state, event, position);
      return 'applied';
  }
};

const remember = (model: ReadModel, state: StreamState, metadata: EventMetadata): void => {
  const request = metadata.requestKey;
  if (request === undefined) return;
  const key = requestKey(state.userId, state.kind, actorKey(metadata.actor), request.key);
  const firstRevision = state.head - request.index;
  const known = model.active.requests.get(key);
  if (known?.firstRevision === firstRevision) return;
  model.active.requests.set(key, { fingerprint: request.fingerprint, firstRevision, count: request.count, state });
};

const applyTags = (
  model: ReadModel,
  state: StreamState,
  event: PositionedEvent,
  position: number,
  change: RoomTagEvent,
  metadata: EventMetadata,
): void => {
  const effect = roomTagEffect(change);
  const { roomId, name: tag } = effect;
  const before = currentTagsContent(model, state.userId, roomId);
  const revision = Number(event.revision);
  const after = tagsAfter(before, effect, revision);
  if (state.keyCount >= 0) state.keyCount += liveKeysAdded(Object.hasOwn(before.tags, tag), effect.deleted);
  if (state.contentBytes >= 0) {
    const held = Object.hasOwn(before.tags, tag) ? before.tags[tag] : undefined;
    const gone = held === undefined ? 0 : contentBytes({ content: held, deleted: false });
    state.contentBytes += contentBytes(effect) - gone;
  }
  const time = Math.max(event.created, state.time);
  const key = keyHash(roomId, tag);
  const row = model.active.add(
    state,
    timeMade(metadata, time),
    position,
    time,
    model.logTime,
    revision,
    key,
    event.id,
    roomId,
    undefined,
    JSON.stringify(after),
    false,
  );
  model.active.tags.set(tagsKey(state.userId, roomId), { userId: state.userId, roomId, row });
  state.head = revision;
  state.time = time;
};

/**
 * A large flush writes streams before the rest of what their events say (tags, requests, the log index). It was cut off
 * in between, so that storage has the stream further than anything else: its events come again and are folded again. What
 * was written of them is passed over, or written once more.
 */
const rewind = (model: ReadModel, state: StreamState, revision: number): void => {
  state.head = revision - 1;
  state.time = rowAt(model, state.kind, state.userId, state.head)?.time ?? 0;
  state.keyCount = -1;
  state.contentBytes = -1;
};

/** An event of one of a user's two streams. */
const applyToStream = (model: ReadModel, state: StreamState, event: PositionedEvent, position: number, prefix: number): Applied => {
  const decoded = decodeStored(event);
  if (E.isLeft(decoded)) return undecodable(model, state, event, position, decoded.left);
  const { event: change, metadata } = decoded.right;
  switch (change.type) {
    case 'AccountDataUpdated':
      if (state.kind !== 'data') return quarantine(model, state, event, position, '/type', 'a tag event in a tag stream');
      break;
    case 'RoomTagSet':
    case 'RoomTagRemoved':
      if (state.kind !== 'tags') return quarantine(model, state, event, position, '/type', 'an account data event in an account data stream');
      break;
    case 'UserErased':
    case 'LogCreated':
    case 'LogEpochBegan':
      return quarantine(model, state, event, position, '/type', 'an event of a user');
  }
  const { userId } = change.data;
  if (event.stream.length !== prefix + userId.length || !event.stream.endsWith(userId)) {
    return quarantine(model, state, event, position, '/data/userId', 'the user whose stream this is');
  }
  if (change.type === 'AccountDataUpdated') applyChange(model, state, event, position, change, metadata);
  else applyTags(model, state, event, position, change, metadata);
  remember(model, state, metadata);
  return 'applied';
};

const applyErasure = (model: ReadModel, event: PositionedEvent): Applied => {
  const revision = Number(event.revision);
  if (revision <= model.erasures) return 'ignored';
  const decoded = decodeStored(event);
  if (E.isLeft(decoded)) {
    if (decoded.left._tag === 'NewerSchemaVersion') return 'newer';
    if (decoded.left._tag === 'UnknownEventType') {
      model.foreign += 1;
      return 'ignored';
    }
    throw new Error(`An erasure can't be read (${event.stream}, revision ${revision}): ${decoded.left.message}`);
  }
  if (decoded.right.event.type !== 'UserErased') {
    passErasure(model, revision);
    return 'ignored';
  }
  eraseUser(model, decoded.right.event.data.userId, revision);
  return 'applied';
};

const applyToLogStream = (model: ReadModel, event: PositionedEvent, position: number): Applied => {
  const decoded = decodeStored(event);
  if (E.isLeft(decoded) && decoded.left._tag === 'NewerSchemaVersion') return 'newer';
  model.logHead = Math.max(model.logHead, Number(event.revision));
  if (E.isLeft(decoded)) return 'ignored';
  const told = decoded.right.event;
  if (told.type === 'LogCreated' && told.data.logId !== model.logId) return 'other_log';
  if (told.type === 'LogEpochBegan') model.epochs.begin(position, epochTag(event.id), model.hasForeignEvents ? model.lastEvent : undefined);
  return 'ignored';
};

const apply = (model: ReadModel, event: PositionedEvent, position: number, acceptGap: boolean): Applied => {
  const { stream } = event;
  const { names } = model;
  const data = stream.startsWith(names.accountDataPrefix);
  if (!data && !stream.startsWith(names.tagsPrefix)) {
    if (stream === names.erasures) return applyErasure(model, event);
    return stream === names.log ? applyToLogStream(model, event, position) : 'ignored';
  }
  const prefix = data ? names.accountDataPrefix : names.tagsPrefix;
  const userId = stream.slice(prefix.length);
  if (model.erased.size > 0 && model.erased.has(userId)) return 'ignored';
  const states = data ? model.data : model.tags;
  let state = states.peek(userId);
  if (state === undefined) {
    if (!isUserId(userId)) {
      model.foreign += 1;
      return 'ignored';
    }
    state = states.load(userId);
  }
  const revision = numberOf(event.revision, maxRevision, 'revision');
  if (revision <= state.head) {
    if (position <= model.position) return 'ignored';
    rewind(model, state, revision);
  }
  if (revision !== state.head + 1) {
    if (!acceptGap) return 'gap';
    model.acceptedGaps += 1;
  }
  return applyToStream(model, state, event, position, prefix.length);
};

/**
 * Folds one event of the log into the model. Plain and synchronous: it is called for every event. Positions come in
 * order, except for events that were missed and are read again.
 *
 * @category combinators
 */
export const applyEvent = (model: ReadModel, event: PositionedEvent, acceptGap: boolean): Applied => {
  const { text } = event;
  const position = text?.positionNumber ?? numberOf(event.position, Number.MAX_SAFE_INTEGER, 'position');
  if (event.created > model.logTime) model.logTime = event.created;
  const applied = text !== undefined && applyText(model, event, text) ? 'applied' : apply(model, event, position, acceptGap);
  if (applied === 'applied' || applied === 'ignored') {
    model.active.events += 1;
    model.events += 1;
    if (position > model.position) model.position = position;
    if (position > model.lastEvent) model.lastEvent = position;
  }
  return applied;
};
