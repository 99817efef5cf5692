import { type AccountDataType, type Actor, actorKinds, type EventMetadata, isAccountDataType, isRoomId, isUserId, origins, type RoomId, scannedUpdate, scanUpdate, type UserId } from '@account-data/domain';
import type { EventText, RecordedEvent } from '@account-data/event-store';
import { NameTable, type SharedName } from '../model/NameTable.js';
import { readUtf8 } from '../records/bytes.js';
import { parseFrozen } from '../records/entryRecord.js';
import type { Change, Writable } from './Change.js';

/** What {@link changeOfText} found of an event; used again for the next one. */
const found = scannedUpdate();

const named = (text: string): SharedName => ({ text, hash: 0 });
const users = new NameTable(isUserId, named);
const rooms = new NameTable(isRoomId, named);
const types = new NameTable(isAccountDataType, named);

const isName = (bytes: Buffer, from: number, to: number, text: string): boolean => {
  if (to - from !== text.length) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[from + index] !== text.charCodeAt(index)) return false;
  return true;
};

/** The string whose JSON stands there, without its quotes. */
const stringIn = (bytes: Buffer, from: number, to: number): string => {
  const text = readUtf8(bytes, from, to);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
};

const metadataIn = (bytes: Buffer, userId: string): EventMetadata => {
  const kind = actorKinds[found.actorKind] as Actor['kind'];
  const metadata: Writable<EventMetadata> = {
    schemaVersion: 1,
    // Most change what is their own.
    actor: { kind, id: isName(bytes, found.actorFrom, found.actorTo, userId) ? userId : stringIn(bytes, found.actorFrom, found.actorTo) },
    $correlationId: stringIn(bytes, found.correlationFrom, found.correlationTo),
    origin: origins[found.origin] as EventMetadata['origin'],
  };
  if (found.reasonFrom >= 0) metadata.reason = stringIn(bytes, found.reasonFrom, found.reasonTo);
  if (found.causationFrom >= 0) metadata.$causationId = stringIn(bytes, found.causationFrom, found.causationTo);
  if (found.originalTime !== undefined) metadata.originalTime = found.originalTime;
  return metadata;
};

/**
 * A change of account data from its text, of which nothing is parsed but the content. It is what `changeOf` gives of the decoded event,
 * but for metadata that no history tells (traces, depth); undefined where the event is to be decoded, whatever it is.
 *
 * @category destructors
 */
export const changeOfText = (event: RecordedEvent, { bytes, from, to }: EventText): Change | undefined => {
  if (event.type !== 'AccountDataUpdated' || !scanUpdate(bytes, from, to, found)) return undefined;
  const user = users.find(bytes, found.userFrom, found.userTo);
  const type = types.find(bytes, found.typeFrom, found.typeTo);
  const room = found.roomFrom < 0 ? undefined : rooms.find(bytes, found.roomFrom, found.roomTo);
  if (user === undefined || type === undefined || (room === undefined && found.roomFrom >= 0)) return undefined;
  return {
    revision: event.revision,
    id: event.id,
    data: {
      userId: user.text as UserId,
      roomId: (room?.text ?? null) as RoomId | null,
      type: type.text as AccountDataType,
      content: parseFrozen(readUtf8(bytes, found.contentFrom, found.contentTo)),
    },
    metadata: metadataIn(bytes, user.text),
    bytes: found.dataTo - from,
  };
};
