import { actorKinds } from '../Actor.js';
import { origins } from '../EventMetadata.js';
import { asciiBytes, readCount, scanCount, scanObject, scanPlainString, scanString, scanWord } from '../json/scanJson.js';

/**
 * Where the parts of an `AccountDataUpdated` stand in its JSON, in bytes: texts without their quotes, content as an object.
 *
 * @category model
 */
export interface ScannedUpdate {
  userFrom: number;
  userTo: number;
  /** -1 of global account data. */
  roomFrom: number;
  roomTo: number;
  typeFrom: number;
  typeTo: number;
  contentFrom: number;
  contentTo: number;
  /** Where the data end, and what is between them and the metadata begins. */
  dataTo: number;
  /** Which of `actorKinds` it is, and which of `origins`. */
  actorKind: number;
  origin: number;
  /** These may be more than ASCII, or have escapes: as `JSON.stringify` wrote them. */
  actorFrom: number;
  actorTo: number;
  correlationFrom: number;
  correlationTo: number;
  /** -1 where there is none. */
  reasonFrom: number;
  reasonTo: number;
  /** -1 where there is none. */
  causationFrom: number;
  causationTo: number;
  /** `originalTime` of the metadata; undefined where it has none. */
  originalTime: number | undefined;
}

/** Room for what {@link scanUpdate} finds. @category constructors */
export const scannedUpdate = (): ScannedUpdate => ({
  userFrom: 0,
  userTo: 0,
  roomFrom: -1,
  roomTo: -1,
  typeFrom: 0,
  typeTo: 0,
  contentFrom: 0,
  contentTo: 0,
  dataTo: 0,
  actorKind: 0,
  origin: 0,
  actorFrom: 0,
  actorTo: 0,
  correlationFrom: 0,
  correlationTo: 0,
  reasonFrom: -1,
  reasonTo: 0,
  causationFrom: -1,
  causationTo: 0,
  originalTime: undefined,
});

const closeBrace = 0x7d;
const comma = 0x2c;
const quote = 0x22;

const beforeUser = asciiBytes('{"userId":');
const beforeRoom = asciiBytes(',"roomId":');
const noRoom = asciiBytes('null');
const beforeType = asciiBytes(',"type":');
const beforeContent = asciiBytes(',"content":');

const scanData = (bytes: Uint8Array, from: number, found: ScannedUpdate): number => {
  let at = scanWord(bytes, from, beforeUser);
  if (at < 0) return -1;
  found.userFrom = at + 1;
  at = scanPlainString(bytes, at);
  if (at < 0) return -1;
  found.userTo = at - 1;
  at = scanWord(bytes, at, beforeRoom);
  if (at < 0) return -1;
  if (bytes[at] === quote) {
    found.roomFrom = at + 1;
    at = scanPlainString(bytes, at);
    if (at < 0) return -1;
    found.roomTo = at - 1;
  } else {
    at = scanWord(bytes, at, noRoom);
    if (at < 0) return -1;
    found.roomFrom = -1;
  }
  at = scanWord(bytes, at, beforeType);
  if (at < 0) return -1;
  found.typeFrom = at + 1;
  at = scanPlainString(bytes, at);
  if (at < 0) return -1;
  found.typeTo = at - 1;
  at = scanWord(bytes, at, beforeContent);
  if (at < 0) return -1;
  found.contentFrom = at;
  at = scanObject(bytes, at);
  if (at < 0) return -1;
  found.contentTo = at;
  found.dataTo = at + 1;
  return bytes[at] === closeBrace ? at + 1 : -1;
};

type ValueScan = (bytes: Uint8Array, from: number, found: ScannedUpdate) => number;

/** One of some values, as they stand in JSON; which one is kept as `name`. */
const scanOneOf = (values: ReadonlyArray<string>, name: 'actorKind' | 'origin'): ValueScan => {
  const texts = values.map((value) => asciiBytes(`"${value}"`));
  return (bytes, from, found) => {
    for (let index = 0; index < texts.length; index += 1) {
      const at = scanWord(bytes, from, texts[index] as Uint8Array);
      if (at < 0) continue;
      found[name] = index;
      return at;
    }
    return -1;
  };
};

const kind = asciiBytes('{"kind":');
const id = asciiBytes(',"id":');
const scanKind = scanOneOf(actorKinds, 'actorKind');

const scanActor: ValueScan = (bytes, from, found) => {
  let at = scanWord(bytes, from, kind);
  if (at < 0) return -1;
  at = scanKind(bytes, at, found);
  if (at < 0) return -1;
  at = scanWord(bytes, at, id);
  if (at < 0) return -1;
  found.actorFrom = at + 1;
  at = scanString(bytes, at);
  found.actorTo = at - 1;
  return at >= 0 && bytes[at] === closeBrace ? at + 1 : -1;
};

/** A string, of which is kept where it stands, without its quotes. */
const scanText =
  (keep: (found: ScannedUpdate, from: number, to: number) => void): ValueScan =>
  (bytes, from, found) => {
    const at = scanString(bytes, from);
    keep(found, from + 1, at - 1);
    return at;
  };

const scanCorrelation = scanText((found, from, to) => {
  found.correlationFrom = from;
  found.correlationTo = to;
});

const scanReason = scanText((found, from, to) => {
  found.reasonFrom = from;
  found.reasonTo = to;
});

const scanCausation = scanText((found, from, to) => {
  found.causationFrom = from;
  found.causationTo = to;
});

const scanOriginalTime: ValueScan = (bytes, from, found) => {
  const at = scanCount(bytes, from);
  if (at >= 0) found.originalTime = readCount(bytes, from, at);
  return at;
};

const one = asciiBytes('1');
const none = asciiBytes('false');

/** What metadata may have here; the first four must be there. What is not in this table is left to the codec. */
const metadataScans: ReadonlyArray<{ readonly key: Uint8Array; readonly scan: ValueScan }> = [
  { key: asciiBytes('"schemaVersion":'), scan: (bytes, from) => scanWord(bytes, from, one) },
  { key: asciiBytes('"actor":'), scan: scanActor },
  { key: asciiBytes('"$correlationId":'), scan: scanCorrelation },
  { key: asciiBytes('"origin":'), scan: scanOneOf(origins, 'origin') },
  { key: asciiBytes('"reason":'), scan: scanReason },
  { key: asciiBytes('"$causationId":'), scan: scanCausation },
  { key: asciiBytes('"causationDepth":'), scan: scanCount },
  { key: asciiBytes('"traceparent":'), scan: scanString },
  { key: asciiBytes('"tracestate":'), scan: scanString },
  { key: asciiBytes('"$traceId":'), scan: scanString },
  { key: asciiBytes('"$spanId":'), scan: scanString },
  { key: asciiBytes('"originalTime":'), scan: scanOriginalTime },
  { key: asciiBytes('"callbacks":'), scan: (bytes, from) => scanWord(bytes, from, none) },
];
const required = 0b1111;

const scanMetadata = (bytes: Uint8Array, from: number, found: ScannedUpdate): number => {
  if (bytes[from] !== 0x7b) return -1;
  found.originalTime = undefined;
  found.reasonFrom = -1;
  found.causationFrom = -1;
  let seen = 0;
  let at = from;
  let candidate = 0;
  do {
    at += 1;
    // Keys come in the same order from event to event, which the table follows.
    let value = -1;
    let index = 0;
    for (; index < metadataScans.length; index += 1, candidate += 1) {
      if (candidate === metadataScans.length) candidate = 0;
      value = scanWord(bytes, at, (metadataScans[candidate] as (typeof metadataScans)[number]).key);
      if (value >= 0) break;
    }
    if (value < 0) return -1;
    const bit = 1 << candidate;
    if ((seen & bit) !== 0) return -1;
    seen |= bit;
    at = (metadataScans[candidate] as (typeof metadataScans)[number]).scan(bytes, value, found);
    if (at < 0) return -1;
    candidate += 1;
  } while (bytes[at] === comma);
  return bytes[at] === closeBrace && (seen & required) === required ? at + 1 : -1;
};

/**
 * Finds the parts of an `AccountDataUpdated` of schema version 1 in what `JSON.stringify` wrote of its data and its metadata, with
 * a comma between, without parsing it. True says that `decodeEvent` accepts the event, if only user, room and type are what they
 * should be, that the content is what `JSON.stringify` makes of the decoded one, and that the metadata have no request key. False
 * says that it is to be decoded, whatever it is.
 *
 * @category codecs
 */
export const scanUpdate = (bytes: Uint8Array, from: number, to: number, found: ScannedUpdate): boolean => {
  const data = scanData(bytes, from, found);
  return data >= 0 && bytes[data] === comma && scanMetadata(bytes, data + 1, found) === to;
};
