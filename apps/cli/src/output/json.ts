import { timeText } from '@account-data/domain';
import type {
  ChangeAnswer,
  ChangeFacts,
  Entry,
  FeedLine,
  Key,
  KeyDiff,
  PastChange,
  PastState,
  PastTagChange,
  RoomMessage,
} from '../target/Target.js';
import { printableJson } from './printable.js';

/**
 * One JSON object on a line of its own, with the names and forms of the service API: snake_case, revisions and positions
 * as decimal strings, times as RFC 3339 text. Members that are undefined are left out.
 */
export const jsonLine = (value: Readonly<Record<string, unknown>>): string => `${printableJson(value)}\n`;

const decimal = (value: string | undefined): string | undefined => value;

const timeOrNone = (time: number | undefined): string | undefined => (time === undefined ? undefined : timeText(time));

const keyJson = ({ userId, roomId, type }: Key): Readonly<Record<string, unknown>> => ({
  user_id: userId,
  room_id: roomId,
  type,
});

/** What a change came to. */
export const changeJson = ({ revision, position, repeated }: ChangeAnswer): string =>
  jsonLine({ revision: decimal(revision), position: decimal(position), repeated });

/** The current content of a key. */
export const entryJson = (entry: Entry): string =>
  jsonLine({ ...keyJson(entry), content: entry.content, revision: decimal(entry.revision) });

const factsJson = (change: ChangeFacts): Readonly<Record<string, unknown>> => ({
  revision: decimal(change.revision),
  position: decimal(change.position),
  time: timeText(change.time),
  original_time: timeOrNone(change.originalTime),
  event_id: change.eventId,
  actor: change.actor,
  reason: change.reason,
  correlation_id: change.correlationId,
  causation_id: change.causationId,
  origin: change.origin,
  restored_revision: decimal(change.restoredRevision),
});

/** A change of the past. */
export const pastChangeJson = (change: PastChange): string =>
  jsonLine({ ...keyJson(change), content: change.content, previous_content: change.previousContent, ...factsJson(change) });

/** A change of a room tag. */
export const pastTagChangeJson = (change: PastTagChange): string =>
  jsonLine({
    user_id: change.userId,
    room_id: change.roomId,
    tag: change.tag,
    content: change.content,
    previous_content: change.previousContent,
    ...factsJson(change),
  });

/** The tags of a room, as they were. */
export const roomTagsJson = (userId: string, { roomId, tags }: NonNullable<PastState['tags']>[number]): string =>
  jsonLine({ user_id: userId, room_id: roomId, tags });

/** What became of a key. */
export const keyDiffJson = (userId: string, { roomId, ...diff }: KeyDiff): string => jsonLine({ user_id: userId, room_id: roomId, ...diff });

/** A change as the feed tells it. */
export const feedLineJson = ({ id, event, data }: FeedLine): string => jsonLine({ id, event, ...data });

/** An event of a room, as Matrix writes events, and where it comes from. */
export const roomMessageJson = (message: RoomMessage): string =>
  jsonLine({
    event_id: message.eventId,
    room_id: message.roomId,
    sender: message.sender,
    type: message.type,
    content: message.content,
    origin_server_ts: message.time,
    position: decimal(message.position),
    module: message.module,
    source_event_id: message.sourceEventId,
  });
