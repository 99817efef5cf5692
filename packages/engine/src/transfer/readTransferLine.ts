import {
  type AccountDataUpdated,
  type Actor,
  type Limits,
  type Origin,
  type RoomTagEvent,
  checkParsedJson,
  emptyContent,
  fitsUtf8,
  hasValidOrder,
  isOrigin,
  isStorableTime,
  isTagsType,
  isWellFormed,
  maxNameBytes,
  origins,
  parseAccountDataType,
  parseActor,
  parseReason,
  parseRoomId,
  parseRoomIdOrNull,
  parseTag,
  parseUserId,
  refuseFollowed,
  requireLocalUser,
} from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type { AskedChange } from '../commands/AskedChange.js';

/** A line that can't be imported. `path` is a JSON pointer into the line; the content is never repeated. @category errors */
export interface LineFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  /** Of the record, where that could be read. */
  readonly sourceId?: string;
  readonly record?: RecordName;
}

/** Which record a line is of, as the line says: members that are no text are absent, and long ones are cut. @category model */
export interface RecordName {
  readonly kind?: string;
  readonly userId?: string;
  readonly roomId?: string;
  /** The type of account data, or the tag. */
  readonly type?: string;
}

/** A record, checked, on its way into the log. */
export interface IncomingRecord {
  readonly event: AccountDataUpdated | RoomTagEvent;
  readonly sourceId: string;
  /** Undefined: the log of the header. */
  readonly sourceLog: string | undefined;
  readonly sourceVersion: string | undefined;
  readonly origin: Origin | undefined;
  readonly restoredRevision: string | undefined;
  readonly time: number | undefined;
  readonly actor: Actor;
  readonly reason: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  /** Whether modules are called for it; absent: as for the whole import. */
  readonly callbacks?: boolean;
  /** What was asked for here and came back as this change; absent of all others. */
  readonly answers?: AnsweredChange;
}

/** A change of a followed homeserver as the answer to what was asked for here. @category model */
export interface AnsweredChange {
  readonly asked: AskedChange;
  /** Whether it is certain that it is that change, and not an equal one that somebody else made meanwhile. */
  readonly isCertain: boolean;
}

/** What a line is. */
export type IncomingLine =
  | { readonly _tag: 'Header'; readonly logId: string; readonly completeTags: boolean }
  | { readonly _tag: 'Record'; readonly record: IncomingRecord }
  | { readonly _tag: 'End'; readonly records: number };

/** What a record has to keep to. */
export interface TransferRules {
  readonly limits: Limits;
  /** Where it is given, only users of that server are taken. */
  readonly serverName: string | undefined;
  /** Where it is given, nobody of that server is taken: their data comes by the follow, and by nothing else. */
  readonly followedServer?: string | undefined;
}

/**
 * Checks a line as everything from outside is checked. Types that only a server may set are data like any other here, but
 * for `m.tag` in a room: a room's tags are records of their own, and what sync makes of them has no other source.
 */
export const readTransferLine = (line: string, rules: TransferRules): E.Either<LineFault, IncomingLine> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fault('invalid_json', '', 'The line is not JSON.');
  }
  if (!isRecord(value)) return fault('invalid_line', '', 'The line is not a JSON object.');
  if ('format' in value) return readHeader(value);
  if (value['end'] === true) {
    const { records } = value;
    return typeof records === 'number' ? E.right({ _tag: 'End', records }) : fault('invalid_line', '/records', 'It must be a number.');
  }
  return E.map(recordLine)(readTransferRecord(value, rules));
};

const readHeader = (value: Fields): E.Either<LineFault, IncomingLine> => {
  if (value['format'] !== 'account-data-export') return fault('unknown_format', '/format', 'It must be "account-data-export".');
  if (value['version'] !== 1) {
    return fault('newer_export', '/version', 'This program reads exports of version 1. Import with the program that made it, or a newer one.');
  }
  const logId = value['log_id'];
  const completeTags = value['complete_tags'] === true;
  return isName(logId)
    ? E.right({ _tag: 'Header', logId, completeTags })
    : fault('invalid_line', '/log_id', 'It must name the log the records come from.');
};

const recordLine = (record: IncomingRecord): IncomingLine => ({ _tag: 'Record', record });

/** Checks a record of an export that was JSON already, or is made of what was. */
export const readTransferRecord = (value: Fields, rules: TransferRules): E.Either<LineFault, IncomingRecord> => {
  const sourceId = value['source_id'];
  if (!isName(sourceId)) {
    return E.left({ code: 'invalid_line', path: '/source_id', message: 'It must be a text that is unique in the source.', record: nameOf(value) });
  }
  const record = readNamed(value, sourceId, rules);
  return E.isLeft(record)
    ? E.left({ ...record.left, sourceId, record: nameOf(value) })
    : record;
};

const nameOf = ({ kind, user_id: userId, room_id: roomId, type }: Fields): RecordName => ({
  ...(typeof kind === 'string' ? { kind: kind.slice(0, maxNameBytes) } : {}),
  ...(typeof userId === 'string' ? { userId: userId.slice(0, maxNameBytes) } : {}),
  ...(typeof roomId === 'string' ? { roomId: roomId.slice(0, maxNameBytes) } : {}),
  ...(typeof type === 'string' ? { type: type.slice(0, maxNameBytes) } : {}),
});

const readNamed = (value: Fields, sourceId: string, rules: TransferRules): E.Either<LineFault, IncomingRecord> => {
  const {
    time,
    origin,
    correlation_id: correlationId,
    causation_id: causationId,
    source_log: sourceLog,
    source_version: sourceVersion,
    restored_revision: restoredRevision,
  } = value;
  if (time !== undefined && !isStorableTime(time)) {
    return fault('invalid_line', '/time', 'It must be milliseconds since the Unix epoch, from 0 to 253402300799999 (the end of the year 9999).');
  }
  if (!isNameOrAbsent(correlationId)) return fault('invalid_line', '/correlation_id', nameExpected);
  if (!isNameOrAbsent(causationId)) return fault('invalid_line', '/causation_id', nameExpected);
  if (!isNameOrAbsent(sourceLog)) return fault('invalid_line', '/source_log', nameExpected);
  if (!isNameOrAbsent(sourceVersion)) return fault('invalid_line', '/source_version', nameExpected);
  if (origin !== undefined && !isOrigin(origin)) return fault('invalid_line', '/origin', `It must be one of ${origins.join(', ')}.`);
  if (restoredRevision !== undefined && !(typeof restoredRevision === 'string' && /^(0|[1-9][0-9]*)$/.test(restoredRevision))) {
    return fault('invalid_line', '/restored_revision', 'It must be a revision: a decimal string.');
  }
  const actor = parseActor(value['actor']);
  if (E.isLeft(actor)) return actor;
  const reason = value['reason'] === undefined ? E.right(undefined) : parseReason(value['reason']);
  if (E.isLeft(reason)) return reason;
  const event = readEvent(value, rules);
  if (E.isLeft(event)) return event;
  return E.right({
    event: event.right,
    sourceId,
    sourceLog,
    sourceVersion,
    origin,
    restoredRevision,
    time,
    actor: actor.right,
    reason: reason.right,
    correlationId,
    causationId,
  });
};

const readEvent = (value: Fields, { limits, serverName, followedServer }: TransferRules): E.Either<LineFault, AccountDataUpdated | RoomTagEvent> => {
  const { kind, content } = value;
  if (kind !== 'account_data' && kind !== 'tag') return fault('invalid_line', '/kind', 'It must be "account_data" or "tag".');
  const user = E.mapLeft(under('user_id'))(parseUserId(value['user_id']));
  if (E.isLeft(user)) return user;
  const userId = user.right;
  const local = E.mapLeft(under('user_id'))(requireLocalUser(userId, serverName));
  if (E.isLeft(local)) return local;
  const own = E.mapLeft(under('user_id'))(refuseFollowed(userId, followedServer));
  if (E.isLeft(own)) return own;
  const missing = contentFaultOf(value['content_fault']);
  if (missing !== undefined) return fault(missing.code, '/content', missing.message);
  const checked = content === null && kind === 'tag' ? E.right(emptyContent) : checkParsedJson(content, limits);
  if (E.isLeft(checked)) return fault(checked.left.code, `/content${checked.left.path}`, checked.left.message);
  if (kind === 'account_data') {
    const room = E.mapLeft(under('room_id'))(parseRoomIdOrNull(value['room_id']));
    if (E.isLeft(room)) return room;
    const type = parseAccountDataType(value['type'], limits);
    if (E.isLeft(type)) return type;
    if (isTagsType(room.right, type.right)) return fault('protected_type', '/type', 'The tags of a room are records of their own, not account data of type m.tag.');
    const data = { userId, roomId: room.right, type: type.right, content: checked.right };
    return E.right({ type: 'AccountDataUpdated', data });
  }
  const room = E.mapLeft(under('room_id'))(parseRoomId(value['room_id']));
  if (E.isLeft(room)) return room;
  const tag = E.mapLeft(under('type'))(parseTag(value['type'], limits));
  if (E.isLeft(tag)) return tag;
  if (!hasValidOrder(checked.right)) return fault('invalid_tag_order', '/content/order', 'The order of a tag is a number from 0 to 1, or absent.');
  const key = { userId, roomId: room.right, tag: tag.right };
  return E.right(
    content === null ? { type: 'RoomTagRemoved', data: key } : { type: 'RoomTagSet', data: { ...key, content: checked.right } },
  );
};

/** Why a source could not give a content. */
const contentFaultOf = (given: unknown): Pick<LineFault, 'code' | 'message'> | undefined => {
  switch (given) {
    case undefined:
      return undefined;
    case 'too_large':
      return { code: 'content_too_large', message: 'The content is larger than a line of an export may be.' };
    default:
      return { code: 'invalid_content', message: 'The content is not JSON.' };
  }
};

type Fields = { readonly [key: string]: unknown };

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What names have room for, in bytes of UTF-8: rows of other databases are named by all that tells them apart. */
const maxSourceNameBytes = 4_096;
const nameExpected = `It must be a text of 1 to ${String(maxSourceNameBytes)} bytes of UTF-8, or be left out.`;

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && fitsUtf8(value, maxSourceNameBytes) && isWellFormed(value);

const isNameOrAbsent = (value: unknown): value is string | undefined => value === undefined || isName(value);

const fault = (code: string, path: string, message: string): E.Either<LineFault, never> => E.left({ code, path, message });

const under =
  (field: string) =>
  (error: Pick<LineFault, 'code' | 'message'>): LineFault => ({ code: error.code, path: `/${field}`, message: error.message });
