import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/**
 * What of a filter concerns account data. Source: the Matrix client-server API, "Filtering": `account_data`,
 * `room.rooms`, `room.not_rooms`, `room.account_data`.
 *
 * @category model
 */
export interface SyncFilter {
  readonly wantsGlobal: (type: string) => boolean;
  readonly wantsRoom: (roomId: string) => boolean;
  readonly wantsOfRoom: (type: string) => boolean;
}

const strings = t.readonlyArray(t.string);

const EventFilter = t.partial({ types: strings, not_types: strings, senders: strings, not_senders: strings });

const RoomEventFilter = t.intersection([EventFilter, t.partial({ rooms: strings, not_rooms: strings })]);

const Filter = t.partial({
  account_data: EventFilter,
  room: t.partial({ rooms: strings, not_rooms: strings, account_data: RoomEventFilter }),
});

type EventFilter = t.TypeOf<typeof EventFilter>;

/** The filter of a sync that names none. @category constants */
export const everything: SyncFilter = { wantsGlobal: () => true, wantsRoom: () => true, wantsOfRoom: () => true };

/** The filter of a JSON value; a left names the path of what is wrong with it. @category destructors */
export const parseSyncFilter = (value: unknown): E.Either<string, SyncFilter> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return E.left('');
  const decoded = Filter.decode(value);
  if (E.isLeft(decoded)) {
    const keys = decoded.left[0]?.context.map(({ key }) => key).filter((key) => key !== '' && !/^\d+$/.test(key)) ?? [];
    return E.left(keys.join('.'));
  }
  const { account_data: global, room } = decoded.right;
  const inRooms = among(room?.rooms, room?.not_rooms);
  const ofRooms = among(room?.account_data?.rooms, room?.account_data?.not_rooms);
  return E.right({
    wantsGlobal: typesOf(global),
    wantsRoom: (roomId) => inRooms(roomId) && ofRooms(roomId),
    wantsOfRoom: typesOf(room?.account_data),
  });
};

/** Account data has no sender: a filter that asks for senders gets none of it, as in Synapse. */
const typesOf = (filter: EventFilter | undefined): ((type: string) => boolean) => {
  if (filter === undefined) return () => true;
  if (filter.senders !== undefined) return () => false;
  const wanted = filter.types?.map(pattern);
  const unwanted = filter.not_types?.map(pattern) ?? [];
  return (type) =>
    !unwanted.some((matches) => matches(type)) && (wanted === undefined || wanted.some((matches) => matches(type)));
};

/** `*` stands for any characters. Matching goes part by part, so that no pattern can take long. */
const pattern = (text: string): ((type: string) => boolean) => {
  const parts = text.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (type) => type === text;
  return (type) => {
    if (!type.startsWith(first) || type.length < first.length + last.length || !type.endsWith(last)) return false;
    let at = first.length;
    const end = type.length - last.length;
    for (const part of rest) {
      const found = type.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
};

const among = (
  wanted: ReadonlyArray<string> | undefined,
  unwanted: ReadonlyArray<string> | undefined,
): ((value: string) => boolean) => {
  const yes = wanted === undefined ? undefined : new Set(wanted);
  const no = new Set(unwanted ?? []);
  return (value) => !no.has(value) && (yes === undefined || yes.has(value));
};
