/**
 * A row of an index says when the change of one event was made (float64), and where it stands: position (float64), effective
 * time (float64), revision (uint32), hash of its key (uint32). 32 bytes, little endian, as is the machine. The record of an
 * entry or of tags begins with the last 24 of them, and the event id (16 bytes). Encoded once, with the row before the
 * record, either is copied from there.
 *
 * An offset is always that of the position: eight bytes into a row, and where a record begins.
 */

/** The size of a row. @category model */
export const rowBytes = 32;
/** What stands in a row before its position. */
export const madeBytes = 8;
/** The size of what records begin with: position, time, revision, hash of the key, event id. @category model */
export const headBytes = 40;
const timeAt = 8;
const revisionAt = 16;
const hashAt = 20;
const idAt = 24;

/** Revisions are kept in 32 bits. */
export const maxRevision = 0xffff_ffff;

const digits = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value += 1) {
  digits[value.toString(16).charCodeAt(0)] = value;
  digits[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

const dash = 0x2d;
const textBytes = 36;

/** Writes the 16 bytes of the UUID that stands in 36 bytes of ASCII; zeros where it is none. */
const writeUuid = (bytes: Buffer, offset: number, source: Uint8Array, from: number): void => {
  let at = offset;
  let valid = true;
  for (let i = 0; valid && i < textBytes; i += 2) {
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (source[from + i] !== dash) valid = false;
      i += 1;
    }
    const high = digits[source[from + i] as number] as number;
    const low = digits[source[from + i + 1] as number] as number;
    if ((high | low) > 15) valid = false;
    bytes[at] = (high << 4) | low;
    at += 1;
  }
  if (!valid) bytes.fill(0, offset, offset + 16);
};

const uuidText = new Uint8Array(textBytes);

/** The ASCII of a text of 36 characters, zeros for what is none, in memory that is used again; zeros of any other text. */
const asciiOf = (id: string): Uint8Array => {
  if (id.length !== textBytes) return uuidText.fill(0);
  for (let i = 0; i < textBytes; i += 1) {
    const unit = id.charCodeAt(i);
    uuidText[i] = unit > 0x7f ? 0 : unit;
  }
  return uuidText;
};

const hexDigits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const high = (bytes: Buffer, at: number): number => hexDigits[(bytes[at] as number) >>> 4] as number;
const low = (bytes: Buffer, at: number): number => hexDigits[(bytes[at] as number) & 15] as number;

/** In one call, which V8 makes a string of at once: digits in a buffer take twice as long, five slices four times. */
const readUuid = (b: Buffer, o: number): string =>
  String.fromCharCode(
    high(b, o), low(b, o), high(b, o + 1), low(b, o + 1), high(b, o + 2), low(b, o + 2), high(b, o + 3), low(b, o + 3), dash,
    high(b, o + 4), low(b, o + 4), high(b, o + 5), low(b, o + 5), dash,
    high(b, o + 6), low(b, o + 6), high(b, o + 7), low(b, o + 7), dash,
    high(b, o + 8), low(b, o + 8), high(b, o + 9), low(b, o + 9), dash,
    high(b, o + 10), low(b, o + 10), high(b, o + 11), low(b, o + 11), high(b, o + 12), low(b, o + 12), high(b, o + 13), low(b, o + 13), high(b, o + 14), low(b, o + 14), high(b, o + 15), low(b, o + 15),
  );

/** Memory for rows in several views; rows begin at multiples of eight. @category model */
export interface RowMemory {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
}

/**
 * Writes a row, which begins {@link madeBytes} before `offset`. What follows it is an event id.
 *
 * @category combinators
 */
export const writeRow = (
  { words, doubles }: RowMemory,
  offset: number,
  made: number,
  position: number,
  time: number,
  revision: number,
  hash: number,
): void => {
  const double = offset >> 3;
  doubles[double - 1] = made;
  doubles[double] = position;
  doubles[double + 1] = time;
  const word = (offset + revisionAt) >> 2;
  words[word] = revision;
  words[word + 1] = hash;
};

/** Writes an event id behind a row; zeros where it is no UUID. @category combinators */
export const writeEventId = (bytes: Buffer, offset: number, id: string): void => {
  writeUuid(bytes, offset + idAt, asciiOf(id), 0);
};

/** Writes the event id that stands in 36 bytes of ASCII. @category combinators */
export const copyEventId = (bytes: Buffer, offset: number, source: Uint8Array, from: number): void => {
  writeUuid(bytes, offset + idAt, source, from);
};

/**
 * When a row's change was made, in milliseconds since the Unix epoch: its effective time or, of an import, the original time
 * where that is earlier.
 *
 * @category destructors
 */
export const rowMade = (bytes: Buffer, offset: number): number => bytes.readDoubleLE(offset - madeBytes);
/** The position of a row's event. @category destructors */
export const rowPosition = (bytes: Buffer, offset: number): number => bytes.readDoubleLE(offset);
/** The effective time of a row's event, in milliseconds since the Unix epoch. @category destructors */
export const rowTime = (bytes: Buffer, offset: number): number => bytes.readDoubleLE(offset + timeAt);
/** The revision of a row's event. @category destructors */
export const rowRevision = (bytes: Buffer, offset: number): number => bytes.readUInt32LE(offset + revisionAt);
/** The hash of a row's key: two keys may have the same. @category destructors */
export const rowHash = (bytes: Buffer, offset: number): number => bytes.readUInt32LE(offset + hashAt);
/** The id of the event that wrote a record, a UUID. @category destructors */
export const rowEventId = (bytes: Buffer, offset: number): string => readUuid(bytes, offset + idAt);
/** 32 bits of that id: they are random, mostly. @category destructors */
export const rowEventSign = (bytes: Buffer, offset: number): number => bytes.readUInt32LE(offset + idAt);

/** Of {@link nameHash}. */
export const fnvStart = 0x811c9dc5;
/** Of {@link nameHash}. */
export const fnvPrime = 0x01000193;

/** The part of {@link keyHash} that one name has in it. @category constructors */
export const nameHash = (name: string): number => {
  let hash = fnvStart;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), fnvPrime);
  return hash >>> 0;
};

/** What stands for the room of global account data in {@link combineHashes}. @category constants */
export const noRoomHash = 0;

/** The hash of a key from those of its room and type; never 0. @category combinators */
export const combineHashes = (roomHash: number, typeHash: number): number => {
  let hash = Math.imul(typeHash ^ Math.imul(roomHash, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 13)) >>> 0;
  return hash === 0 ? 1 : hash;
};

/**
 * A hash of (room, type) by which the index tells keys of one user apart. Two keys may share it: whoever finds an event
 * by it looks at the event's own key, too. Zero is left to events that have no key.
 *
 * @category constructors
 */
export const keyHash = (roomId: string | null, type: string): number =>
  combineHashes(roomId === null ? noRoomHash : nameHash(roomId), nameHash(type));

/** The hash of an event without a key: quarantined, or of a foreign type. */
export const noKeyHash = 0;
