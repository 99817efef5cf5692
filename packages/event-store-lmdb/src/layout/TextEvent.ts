import { type EventText, Position, type PositionedEvent, Revision, type StoredJson, type StreamName } from '@account-data/event-store';

interface Parsed {
  readonly data: StoredJson;
  readonly metadata: StoredJson;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;
const zero = 0x30;
const idBytes = 36;
/** Numbers of more digits are left to JSON.parse. */
const maxDigits = 15;

/** The last type that was made text of: most events are of one. */
let lastType = '';

const typeOf = (bytes: Buffer, from: number, to: number): string => {
  let isLast = to - from === lastType.length;
  for (let index = 0; isLast && index < lastType.length; index += 1) isLast = bytes[from + index] === lastType.charCodeAt(index);
  if (!isLast) lastType = bytes.toString('latin1', from, to);
  return lastType;
};

/** An event in the text of its entry, whose parts are made when they are asked for. */
export class TextEvent implements PositionedEvent, EventText {
  readonly bytes: Buffer;
  readonly streamFrom: number;
  readonly streamTo: number;
  readonly idFrom: number;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly revisionNumber: number;
  readonly positionNumber: number;
  readonly created: number;
  decoded: PositionedEvent['decoded'] = undefined;
  #parsed: Parsed | undefined = undefined;

  constructor(
    bytes: Buffer,
    streamFrom: number,
    streamTo: number,
    idFrom: number,
    type: string,
    from: number,
    to: number,
    revision: number,
    position: number,
    created: number,
  ) {
    this.bytes = bytes;
    this.streamFrom = streamFrom;
    this.streamTo = streamTo;
    this.idFrom = idFrom;
    this.type = type;
    this.from = from;
    this.to = to;
    this.revisionNumber = revision;
    this.positionNumber = position;
    this.created = created;
  }

  get text(): EventText {
    return this;
  }
  get stream(): StreamName {
    return this.bytes.toString('latin1', this.streamFrom, this.streamTo) as StreamName;
  }
  get id(): string {
    return this.bytes.toString('latin1', this.idFrom, this.idFrom + idBytes);
  }
  get revision(): Revision {
    return Revision(this.revisionNumber);
  }
  get position(): Position {
    return Position(this.positionNumber);
  }
  get data(): StoredJson {
    return this.#both().data;
  }
  get metadata(): StoredJson {
    return this.#both().metadata;
  }

  #both(): Parsed {
    if (this.#parsed === undefined) {
      const [data, metadata] = JSON.parse(`[${this.bytes.toString('utf8', this.from, this.to)}]`) as [StoredJson, StoredJson];
      this.#parsed = { data, metadata };
    }
    return this.#parsed;
  }
}

/** Where a string of printable ASCII without escapes ends whose first byte is at an index: where its quote stands; -1 where it is another. */
const plainEnd = (bytes: Buffer, from: number): number => {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === quote) return at;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return -1;
  }
  return -1;
};

const digitsEnd = (bytes: Buffer, from: number): number => {
  let at = from;
  while ((bytes[at] as number) >= zero && (bytes[at] as number) <= zero + 9) at += 1;
  return at === from || at - from > maxDigits ? -1 : at;
};

const numberIn = (bytes: Buffer, from: number, to: number): number => {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + ((bytes[at] as number) - zero);
  return number;
};

/**
 * The event whose entry (see `LogEntry`) stands in a buffer; undefined where it is no event, or its stream, id or type are not in
 * printable ASCII: then the entry is to be parsed.
 */
export const textEvent = (bytes: Buffer, start: number, end: number, position: number): TextEvent | undefined => {
  const streamFrom = start + 2;
  const streamTo = plainEnd(bytes, streamFrom);
  if (streamTo < 0 || bytes[streamTo + 1] !== comma) return undefined;
  const revisionTo = digitsEnd(bytes, streamTo + 2);
  if (revisionTo < 0 || bytes[revisionTo] !== comma || bytes[revisionTo + 1] !== quote) return undefined;
  const idFrom = revisionTo + 2;
  const typeFrom = idFrom + idBytes + 3;
  if (plainEnd(bytes, idFrom) !== idFrom + idBytes || bytes[typeFrom - 2] !== comma || bytes[typeFrom - 1] !== quote) return undefined;
  const typeTo = plainEnd(bytes, typeFrom);
  if (typeTo < 0 || bytes[typeTo + 1] !== comma || bytes[typeTo + 2] !== openBrace || bytes[end - 1] !== closeBracket) return undefined;
  let createdFrom = end - 1;
  while (bytes[createdFrom - 1] !== comma && end - createdFrom <= maxDigits + 1) createdFrom -= 1;
  if (bytes[createdFrom - 1] !== comma || bytes[createdFrom - 2] !== closeBrace || digitsEnd(bytes, createdFrom) !== end - 1) return undefined;
  return new TextEvent(
    bytes,
    streamFrom,
    streamTo,
    idFrom,
    typeOf(bytes, typeFrom, typeTo),
    typeTo + 2,
    createdFrom - 2 + 1,
    numberIn(bytes, streamTo + 2, revisionTo),
    position,
    numberIn(bytes, createdFrom, end - 1),
  );
};
