import { sha256Hex } from '@account-data/runtime';

/**
 * The keys of the tables. Parts are separated by NUL, which user and room IDs can't hold; what can hold it stands last,
 * or behind its length. Numbers are hexadecimal with leading zeros, so that their order is the order of the keys.
 */

const hexadecimal = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** `userId NUL roomId NUL type`; the room is empty for global account data. @category constructors */
export const entryKey = (userId: string, roomId: string | null, type: string): string =>
  roomId === null ? `${userId}\0\0${type}` : `${userId}\0${roomId}\0${type}`;

/** Room and type of an entry key of that user. @category destructors */
export const parseEntryKey = (userId: string, key: string): { readonly roomId: string | null; readonly type: string } => {
  const start = userId.length + 1;
  const end = key.indexOf('\0', start);
  return { roomId: end === start ? null : key.slice(start, end), type: key.slice(end + 1) };
};

/** What all keys of a user begin with, in every table that has more than one record a user. @category constructors */
export const userPrefix = (userId: string): string => `${userId}\0`;

/** What the keys of all entries of a room (null: of global data) begin with. @category constructors */
export const entryPrefix = (userId: string, roomId: string | null): string => `${userId}\0${roomId ?? ''}\0`;

/** The key of the tags of a room. @category constructors */
export const tagsKey = (userId: string, roomId: string): string => `${userId}\0${roomId}`;

/** The key of a block of rows of a stream. @category constructors */
export const blockKey = (userId: string, block: number): string => `${userId}\0${hexadecimal(block, 8)}`;

/** Positions have up to 53 bits. @category constructors */
export const positionKey = (position: number): string => hexadecimal(position, 14);

/** The position of a key of the log's index. @category destructors */
export const parsePositionKey = (key: string): number => Number.parseInt(key, 16);

/** `type NUL position`. Fixed in length behind the type, so that a type with a NUL is told from its prefix. @category constructors */
export const typeKey = (type: string, position: number): string => `${type}\0${positionKey(position)}`;

/** The position in a key that {@link typeKey} made of that type; undefined for another type's key. @category destructors */
export const parseTypeKey = (type: string, key: string): number | undefined =>
  key.length === type.length + 15 && key.startsWith(type) ? parsePositionKey(key.slice(type.length + 1)) : undefined;

/** `kind` says which of the user's streams. What would not fit into a key is hashed. @category constructors */
export const requestKey = (userId: string, kind: 'data' | 'tags', actor: string, key: string): string =>
  actor.length + key.length > 400
    ? `${userId}\0${kind}\0#${sha256Hex(`${actor.length}:${actor}\0${key}`)}`
    : `${userId}\0${kind}\0${actor.length}:${actor}\0${key}`;

/** What the keys of {@link requestOrderKey} of one stream begin with. @category constructors */
export const requestOrderPrefix = (userId: string, kind: 'data' | 'tags'): string => `${userId}\0${kind}\0`;

/** Requests in the order of their first revision, to be forgotten in that order. @category constructors */
export const requestOrderKey = (userId: string, kind: 'data' | 'tags', firstRevision: number): string =>
  `${userId}\0${kind}\0${hexadecimal(firstRevision, 8)}`;

/**
 * Compares keys by their UTF-8 bytes, as storage orders them: as UTF-16, but what is encoded in two units comes after
 * U+FFFF.
 *
 * @category combinators
 */
export const compareKeys = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA === unitB) continue;
    return sortable(unitA) - sortable(unitB);
  }
  return a.length - b.length;
};

const sortable = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
