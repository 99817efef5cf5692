/**
 * Steps over JSON in UTF-8 without parsing it: each function begins at the first byte of a value and gives the index behind its
 * last one, or -1 where it is anything else than the most usual form of what `JSON.stringify` writes. That says nothing against
 * the value: it is to be parsed then. What is stepped over would be accepted by `checkParsedJson`, and `JSON.stringify` would
 * write it as it stands there, provided that the keys of its objects are in an order in which `JSON.stringify` wrote them, and
 * none twice.
 */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Deeper than so many levels it is not stepped over; less than any limit. */
const maxDepth = 32;
/** With so many digits a number is exact. */
const maxDigits = 15;
/** Below this, `JSON.stringify` writes an exponent: 0.000001. */
const maxZerosOfFraction = 5;

/** The bytes of a text in ASCII. @category constructors */
export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const words = { true: asciiBytes('true'), false: asciiBytes('false'), null: asciiBytes('null') } as const;
/** What may stand behind a backslash; `\u` may be half of a surrogate pair. */
const isEscape = new Uint8Array(256);
for (const letter of asciiBytes('"\\bfnrt')) isEscape[letter] = 1;

/** Behind some bytes, where these stand. @category destructors */
export const scanWord = (bytes: Uint8Array, from: number, word: Uint8Array): number => {
  for (let index = 0; index < word.length; index += 1) if (bytes[from + index] !== word[index]) return -1;
  return from + word.length;
};

/** A string, from its quote on. @category destructors */
export const scanString = (bytes: Uint8Array, from: number): number => {
  if (bytes[from] !== quote) return -1;
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === quote) return at + 1;
    if (byte < 0x20) return -1;
    if (byte === backslash) {
      at += 1;
      if (isEscape[bytes[at] as number] !== 1) return -1;
    }
  }
  return -1;
};

/** A string that has as many bytes as characters, from its quote on: printable ASCII without escapes. @category destructors */
export const scanPlainString = (bytes: Uint8Array, from: number): number => {
  if (bytes[from] !== quote) return -1;
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === quote) return at + 1;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return -1;
  }
  return -1;
};

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= nine;

/** An integer of 0 or more. @category destructors */
export const scanCount = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  return at === from || at - from > maxDigits || (bytes[from] === zero && at > from + 1) ? -1 : at;
};

/** The integer between two indexes that {@link scanCount} found. @category destructors */
export const readCount = (bytes: Uint8Array, from: number, to: number): number => {
  let count = 0;
  for (let at = from; at < to; at += 1) count = count * 10 + ((bytes[at] as number) - zero);
  return count;
};

const scanNumber = (bytes: Uint8Array, from: number): number => {
  const integerFrom = bytes[from] === minus ? from + 1 : from;
  const integerTo = scanCount(bytes, integerFrom);
  if (integerTo < 0) return -1;
  const isZero = bytes[integerFrom] === zero;
  let at = integerTo;
  if (bytes[at] === point) {
    at += 1;
    while (bytes[at] === zero) at += 1;
    if (isZero && at - integerTo - 1 > maxZerosOfFraction) return -1;
    while (isDigit(bytes[at])) at += 1;
    if (at === integerTo + 1 || bytes[at - 1] === zero || at - integerFrom > maxDigits) return -1;
  } else if (isZero && integerFrom > from) return -1;
  const next = bytes[at];
  return next === comma || next === closeBrace || next === closeBracket ? at : -1;
};

const scanArray = (bytes: Uint8Array, from: number, depth: number): number => {
  if (depth > maxDepth) return -1;
  if (bytes[from + 1] === closeBracket) return from + 2;
  let at = from + 1;
  for (;;) {
    at = scanValue(bytes, at, depth);
    if (at < 0) return -1;
    if (bytes[at] === closeBracket) return at + 1;
    if (bytes[at] !== comma) return -1;
    at += 1;
  }
};

/** An object; `depth` is how many it stands in, itself included. @category destructors */
export const scanObject = (bytes: Uint8Array, from: number, depth = 1): number => {
  if (bytes[from] !== openBrace || depth > maxDepth) return -1;
  if (bytes[from + 1] === closeBrace) return from + 2;
  let at = from + 1;
  for (;;) {
    at = scanString(bytes, at);
    if (at < 0 || bytes[at] !== colon) return -1;
    at = scanValue(bytes, at + 1, depth);
    if (at < 0) return -1;
    if (bytes[at] === closeBrace) return at + 1;
    if (bytes[at] !== comma) return -1;
    at += 1;
  }
};

const scanValue = (bytes: Uint8Array, from: number, depth: number): number => {
  switch (bytes[from]) {
    case quote:
      return scanString(bytes, from);
    case openBrace:
      return scanObject(bytes, from, depth + 1);
    case openBracket:
      return scanArray(bytes, from, depth + 1);
    case 0x74:
      return scanWord(bytes, from, words.true);
    case 0x66:
      return scanWord(bytes, from, words.false);
    case 0x6e:
      return scanWord(bytes, from, words.null);
    default:
      return scanNumber(bytes, from);
  }
};
