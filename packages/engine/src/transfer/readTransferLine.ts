import {
  type AccountDataUpdated,
  type Actor,
  type Limits,
  type RoomTagEvent,
  checkParsedJson,
  emptyContent,
  parseAccountDataType,
  parseActor,
  parseReason,
  parseRoomId,
  parseRoomIdOrNull,
  parseTag,
  parseUserId,
} from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';

/** A line that can't be imported. `path` is a JSON pointer into the line; the content is never repeated. @category errors */
export interface LineFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** A record, checked, on its way into the log. */
export interface IncomingRecord {
  readonly event: AccountDataUpdated | RoomTagEvent;
  readonly sourceId: string;
  readonly time: number | undefined;
  readonly actor: Actor;
  readonly reason: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
}

/** What a line is. */
export type IncomingLine =
  | { readonly _tag: 'Header'; readonly logId: string }
  | { readonly _tag: 'Record'; readonly record: IncomingRecord }
  | { readonly _tag: 'End'; readonly records: number };

/** Checks a line as everything from outside is checked. Types that only a server may set are data like any other here. */
export const readTransferLine = (line: string, limits: Limits): E.Either<LineFault, IncomingLine> => {
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
  return E.map((record: IncomingRecord): IncomingLine => ({ _tag: 'Record', record }))(readRecord(value, limits));
};

const readHeader = (value: Fields): E.Either<LineFault, IncomingLine> => {
  if (value['format'] !== 'account-data-export') return fault('unknown_format', '/format', 'It must be "account-data-export".');
  if (value['version'] !== 1) {
    return fault('newer_export', '/version', 'This program reads exports of version 1. Import with the program that made it, or a newer one.');
  }
  const logId = value['log_id'];
  return typeof logId === 'string' && logId !== ''
    ? E.right({ _tag: 'Header', logId })
    : fault('invalid_line', '/log_id', 'It must name the log the records come from.');
};

const readRecord = (value: Fields, limits: Limits): E.Either<LineFault, IncomingRecord> => {
  const sourceId = value['source_id'];
  if (typeof sourceId !== 'string' || sourceId === '') {
    return fault('invalid_line', '/source_id', 'It must be a text that is unique in the source.');
  }
  const { time, correlation_id: correlationId, causation_id: causationId } = value;
  if (time !== undefined && !(typeof time === 'number' && Number.isFinite(time))) {
    return fault('invalid_line', '/time', 'It must be milliseconds since the Unix epoch.');
  }
  if (!isTextOrAbsent(correlationId)) return fault('invalid_line', '/correlation_id', 'It must be a text.');
  if (!isTextOrAbsent(causationId)) return fault('invalid_line', '/causation_id', 'It must be a text.');
  const actor = parseActor(value['actor']);
  if (E.isLeft(actor)) return actor;
  const reason = value['reason'] === undefined ? E.right(undefined) : parseReason(value['reason']);
  if (E.isLeft(reason)) return reason;
  const event = readEvent(value, limits);
  if (E.isLeft(event)) return event;
  return E.right({ event: event.right, sourceId, time, actor: actor.right, reason: reason.right, correlationId, causationId });
};

const readEvent = (value: Fields, limits: Limits): E.Either<LineFault, AccountDataUpdated | RoomTagEvent> => {
  const { kind, content } = value;
  if (kind !== 'account_data' && kind !== 'tag') return fault('invalid_line', '/kind', 'It must be "account_data" or "tag".');
  const user = E.mapLeft(under('user_id'))(parseUserId(value['user_id']));
  if (E.isLeft(user)) return user;
  const userId = user.right;
  const checked = content === null && kind === 'tag' ? E.right(emptyContent) : checkParsedJson(content, limits);
  if (E.isLeft(checked)) return fault(checked.left.code, `/content${checked.left.path}`, checked.left.message);
  if (kind === 'account_data') {
    const room = E.mapLeft(under('room_id'))(parseRoomIdOrNull(value['room_id']));
    if (E.isLeft(room)) return room;
    const type = parseAccountDataType(value['type'], limits);
    if (E.isLeft(type)) return type;
    const data = { userId, roomId: room.right, type: type.right, content: checked.right };
    return E.right({ type: 'AccountDataUpdated', data });
  }
  const room = E.mapLeft(under('room_id'))(parseRoomId(value['room_id']));
  if (E.isLeft(room)) return room;
  const tag = E.mapLeft(under('type'))(parseTag(value['type'], limits));
  if (E.isLeft(tag)) return tag;
  const key = { userId, roomId: room.right, tag: tag.right };
  return E.right(
    content === null ? { type: 'RoomTagRemoved', data: key } : { type: 'RoomTagSet', data: { ...key, content: checked.right } },
  );
};

type Fields = { readonly [key: string]: unknown };

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';

const fault = (code: string, path: string, message: string): E.Either<LineFault, never> => E.left({ code, path, message });

const under =
  (field: string) =>
  (error: LineFault): LineFault => ({ code: error.code, path: `/${field}`, message: error.message });
