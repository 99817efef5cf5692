/**
 * A view of each of the two buffers that were looked at last: records come one after the other in the same memory (a
 * database's read buffer, a slab), and a new view takes longer than a short record.
 */
let first: DataView = new DataView(new ArrayBuffer(0));
let firstOf: Uint8Array | undefined;
let second: DataView = first;
let secondOf: Uint8Array | undefined;

const viewOf = (bytes: Uint8Array): DataView => {
  if (bytes === firstOf) return first;
  const [view, owner] = [first, firstOf];
  first = bytes === secondOf ? second : new DataView(bytes.buffer, bytes.byteOffset);
  firstOf = bytes;
  second = view;
  secondOf = owner;
  return first;
};

/**
 * A checksum (32 bits) of the bytes from `start` (inclusive) to `end` (exclusive) and of what `seed` says. Against damage,
 * not against people. Whatever changes within four bytes that begin at a multiple of four from `start`, a single bit
 * above all, or in the seed, changes it for certain; anything else leaves it what it was once in 2^32 times. Little
 * endian, so that files can be carried from machine to machine.
 *
 * Records are short: for 100 bytes this takes less than half of the time of a call of `zlib.crc32`, whose view of the bytes alone costs
 * as much; for 20 KiB it takes the same.
 *
 * @category constructors
 */
export const checksum = (bytes: Uint8Array, start: number, end: number, seed: number): number => viewChecksum(viewOf(bytes), start, end, seed);

/** The same of what a view shows, for whoever keeps one. @category constructors */
export const viewChecksum = (view: DataView, start: number, end: number, seed: number): number => {
  let even = seed | 0;
  let odd = 0x2545f491;
  let at = start;
  // Each step is a bijection of what went before, and of the four bytes it takes in.
  for (const last = end - 8; at <= last; at += 8) {
    even = Math.imul(even ^ view.getInt32(at, true), 0x9e3779b1);
    even ^= even >>> 15;
    odd = Math.imul(odd ^ view.getInt32(at + 4, true), 0x85ebca6b);
    odd ^= odd >>> 13;
  }
  for (; at < end; at += 1) {
    even = Math.imul(even ^ view.getUint8(at), 0x9e3779b1);
    even ^= even >>> 15;
  }
  even = Math.imul(even ^ (end - start), 0xc2b2ae35);
  even ^= odd ^ (odd >>> 16);
  return (even ^ (even >>> 16)) >>> 0;
};
