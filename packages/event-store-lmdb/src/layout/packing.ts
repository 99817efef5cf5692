import { packingDictionary } from './packingDictionary.js';

/*
 * Entries are packed one by one, so that one is read without the others: each as a row of sequences, which the blocks of LZ4
 * have, too (github.com/lz4/lz4, doc/lz4_Block_format.md; its rules for the end of a block are not kept):
 *
 *     byte 0       how many literals (high four bits) and how many bytes more than four are repeated (low four bits);
 *                  15 goes on in bytes of 255 and one below
 *     …            the literals
 *     2 bytes      how far back the repeated bytes begin (little-endian); absent at the end of the entry
 *
 * What can be repeated is what stands before it in the entry; before that, the beginning of the first entry of the block
 * (for all but that one); before that, the dictionary.
 */

/** What is packed is not what was packed here. */
export class PackingDamaged extends Error {
  override readonly name = 'PackingDamaged';
}

/** As much of the first entry as the others may repeat, in bytes: a distance has 16 bits. */
const maxTemplateBytes = 16 * 1024;
const maxDistance = 0xffff;
const shortestMatch = 4;
const hashBits = 12;
/** After 2 to this power literals, every second place is looked at; after twice as many, every third. */
const literalsBeforeSteps = 4;
/** Up to so many bytes are moved one by one: a call takes longer. */
const fewBytes = 48;

/** Dictionary, template and entry, one behind the other. */
let window: Buffer = Buffer.alloc(256 * 1024);
window.set(packingDictionary);
const templateAt = packingDictionary.length;

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
/** The same memory, to look at four bytes at once. */
let view = viewOf(window);

const hashAt = (words: DataView, at: number): number => Math.imul(words.getInt32(at, true), 0x9e3779b1) >>> (32 - hashBits);

/** Where four bytes stand, plus one; of the dictionary, and of it and the template. */
const ofDictionary = new Uint16Array(1 << hashBits);
for (let at = 0; at + shortestMatch <= templateAt; at += 1) ofDictionary[hashAt(view, at)] = at + 1;
const ofTemplate = new Uint16Array(1 << hashBits);

/** Where four bytes of the entry stand, counted on from entry to entry, so that those of others need not be removed. */
const ofEntry = new Int32Array(1 << hashBits);
let countedOn = 0;

/** The window, large enough for so many bytes. */
const reserve = (end: number): Buffer => {
  if (end <= window.length) return window;
  const larger = Buffer.alloc(Math.max(end, window.length * 2));
  larger.set(window);
  window = larger;
  view = viewOf(larger);
  return window;
};

/** How many bytes from two places of the window on are the same, up to an end; 0 where that is less than the shortest match. */
const matchLength = (words: DataView, from: number, at: number, end: number): number => {
  let next = at;
  let other = from;
  for (; next + shortestMatch <= end && words.getInt32(other, true) === words.getInt32(next, true); other += shortestMatch) next += shortestMatch;
  if (next === at) return 0;
  for (; next < end && words.getUint8(other) === words.getUint8(next); other += 1) next += 1;
  return next - at;
};

const putLength = (target: Buffer, at: number, rest: number): number => {
  let left = rest;
  let next = at;
  for (; left >= 255; left -= 255) target[next++] = 255;
  target[next++] = left;
  return next;
};

/** Writes literals, and the token before them. */
const putLiterals = (bytes: Buffer, target: Buffer, at: number, from: number, to: number, repeated: number): number => {
  const count = to - from;
  target[at] = (Math.min(15, count) << 4) | Math.min(15, repeated);
  let next = at + 1;
  if (count >= 15) next = putLength(target, next, count - 15);
  if (count > fewBytes) bytes.copy(target, next, from, to);
  else for (let index = 0; index < count; index += 1) target[next + index] = bytes[from + index] as number;
  return next + count;
};

/** Packs what stands in the window from `start` to `end`; gives where it ends in the target. */
const packWindow = (start: number, end: number, known: Uint16Array, target: Buffer, targetAt: number): number => {
  if (countedOn > 0x3fff_ffff - 2 * window.length) {
    ofEntry.fill(0);
    countedOn = 0;
  }
  countedOn += window.length;
  const bytes = window;
  const words = view;
  let next = targetAt;
  let literalsFrom = start;
  for (let at = start; at + shortestMatch <= end; ) {
    const hash = hashAt(words, at);
    const before = (ofEntry[hash] as number) - countedOn;
    const elsewhere = (known[hash] as number) - 1;
    ofEntry[hash] = countedOn + at;
    let from = before;
    let length = before >= start && at - before <= maxDistance ? matchLength(words, before, at, end) : 0;
    if (elsewhere >= 0 && at - elsewhere <= maxDistance && bytes[elsewhere + length] === bytes[at + length]) {
      const other = matchLength(words, elsewhere, at, end);
      if (other > length) {
        from = elsewhere;
        length = other;
      }
    }
    if (length < shortestMatch) {
      // What has repeated nothing for a while (an ID) goes on so.
      at += 1 + ((at - literalsFrom) >> literalsBeforeSteps);
      continue;
    }
    while (at > literalsFrom && from > 0 && bytes[from - 1] === bytes[at - 1]) {
      at -= 1;
      from -= 1;
      length += 1;
    }
    next = putLiterals(bytes, target, next, literalsFrom, at, length - shortestMatch);
    target[next++] = (at - from) & 0xff;
    target[next++] = (at - from) >> 8;
    if (length - shortestMatch >= 15) next = putLength(target, next, length - shortestMatch - 15);
    at += length;
    literalsFrom = at;
    if (at - 2 >= start && at + 2 <= end) ofEntry[hashAt(words, at - 2)] = countedOn + at - 2;
  }
  return literalsFrom < end ? putLiterals(bytes, target, next, literalsFrom, end, 0) : next;
};

/** How many bytes so many entries take at the most that have so many bytes altogether. */
export const maxPackedBytes = (bytes: number, entries: number): number => bytes + Math.ceil(bytes / 255) + 16 * entries;

/**
 * Packs the entries that stand in `source`, the n-th from `starts[n]` to `ends[n]`, one behind the other into `target`, which
 * has room for them; gives where each ends there.
 */
export const packEntries = (
  source: Buffer,
  starts: ReadonlyArray<number>,
  ends: ReadonlyArray<number>,
  target: Buffer,
): ReadonlyArray<number> => {
  let at = templateAt;
  let next = 0;
  let known = ofDictionary;
  return starts.map((from, index) => {
    const to = ends[index] ?? from;
    reserve(at + to - from);
    source.copy(window, at, from, to);
    next = packWindow(at, at + to - from, known, target, next);
    if (index === 0 && starts.length > 1) {
      at += Math.min(to - from, maxTemplateBytes);
      ofTemplate.set(ofDictionary);
      for (let place = templateAt; place + shortestMatch <= at; place += 1) ofTemplate[hashAt(view, place)] = place + 1;
      known = ofTemplate;
    }
    return next;
  });
};

const damaged = (): never => {
  throw new PackingDamaged('An entry of the log is packed in a way that this version does not know.');
};

/** Unpacks into the window from `start` on; gives where it ends there. */
const unpackWindow = (start: number, source: Buffer, from: number, to: number): number => {
  let bytes = window;
  let at = from;
  let end = start;
  const lengthFrom = (nibble: number): number => {
    if (nibble < 15) return nibble;
    let length = 15;
    for (;;) {
      if (at >= to) return damaged();
      const more = source[at++] as number;
      length += more;
      if (more < 255) return length;
    }
  };
  while (at < to) {
    const token = source[at++] as number;
    const literals = lengthFrom(token >> 4);
    if (at + literals > to) return damaged();
    if (end + literals > bytes.length) bytes = reserve(end + literals);
    if (literals > fewBytes) source.copy(bytes, end, at, at + literals);
    else for (let index = 0; index < literals; index += 1) bytes[end + index] = source[at + index] as number;
    at += literals;
    end += literals;
    if (at === to) return end;
    if (at + 2 > to) return damaged();
    const distance = (source[at] as number) | ((source[at + 1] as number) << 8);
    at += 2;
    const length = lengthFrom(token & 15) + shortestMatch;
    if (distance === 0 || distance > end) return damaged();
    if (end + length > bytes.length) bytes = reserve(end + length);
    if (length > fewBytes && distance >= length) bytes.copyWithin(end, end - distance, end - distance + length);
    else for (let index = 0; index < length; index += 1) bytes[end + index] = bytes[end - distance + index] as number;
    end += length;
  }
  return end;
};

/** What unpacks the entries of one block. What it unpacks is good until anything else is packed or unpacked. */
export interface Unpacker {
  /** The first entry, which all others need. Before any other. */
  readonly first: (from: number, to: number) => Buffer;
  /** The same where it is there, unpacked. */
  readonly resume: (first: Buffer) => void;
  readonly other: (from: number, to: number) => Buffer;
}

/** Unpacks what stands in `source`. Throws {@link PackingDamaged} where that is not what was packed. */
export const unpacker = (source: Buffer): Unpacker => {
  let at = templateAt;
  const textUpTo = (end: number, from: number): Buffer => window.subarray(from, end);
  return {
    first: (from, to) => {
      const end = unpackWindow(templateAt, source, from, to);
      at = templateAt + Math.min(end - templateAt, maxTemplateBytes);
      return textUpTo(end, templateAt);
    },
    resume: (first) => {
      const bytes = Math.min(first.length, maxTemplateBytes);
      reserve(templateAt + bytes).set(bytes === first.length ? first : first.subarray(0, bytes), templateAt);
      at = templateAt + bytes;
    },
    other: (from, to) => textUpTo(unpackWindow(at, source, from, to), at),
  };
};
