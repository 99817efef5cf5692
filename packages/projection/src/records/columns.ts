/**
 * Numbers as the columns of a record, in as few bytes as a byte for each seven bits of them takes (a varint, the low bits
 * first).
 */

const sorted = 0;
const doubles = 1;

/** The most bytes that a column of so many numbers takes. @category constants */
export const columnBytes = (count: number): number => 1 + count * 8;

const isSorted = (values: ReadonlyArray<number>): boolean => {
  let last = 0;
  for (const value of values) {
    // A difference of eight bytes or more would take more room than the number itself.
    if (!(value >= last) || value - last >= 2 ** 49 || !Number.isSafeInteger(value)) return false;
    last = value;
  }
  return true;
};

/** Writes whole numbers from 0 to 2^32-1, five bytes each at the most. Gives where they end. @category combinators */
export const writeCounts = (target: Buffer, at: number, values: ReadonlyArray<number>): number => {
  let offset = at;
  for (const value of values) {
    let rest = value;
    for (; rest > 127; rest >>>= 7) {
      target[offset] = (rest & 127) | 128;
      offset += 1;
    }
    target[offset] = rest;
    offset += 1;
  }
  return offset;
};

/** Writes numbers: their differences where they are whole and never less than the one before, else as they are. Gives where they end. @category combinators */
export const writeColumn = (target: Buffer, at: number, values: ReadonlyArray<number>): number => {
  let offset = at + 1;
  if (!isSorted(values)) {
    target[at] = doubles;
    for (const value of values) offset = target.writeDoubleLE(value, offset);
    return offset;
  }
  target[at] = sorted;
  let last = 0;
  for (const value of values) {
    let rest = value - last;
    last = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      target[offset] = (rest % 128) | 128;
      offset += 1;
    }
    target[offset] = rest;
    offset += 1;
  }
  return offset;
};

/** Reads the columns of a record one after the other. @category destructors */
export class ColumnReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next column begins. */
  get at(): number {
    return this.#at;
  }

  #count(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at] as number;
    let value = byte & 127;
    for (let unit = 128; byte > 127; unit *= 128) {
      this.#at += 1;
      byte = bytes[this.#at] as number;
      value += (byte & 127) * unit;
    }
    this.#at += 1;
    return value;
  }

  /** What {@link writeCounts} wrote. */
  counts(count: number): Array<number> {
    const values: Array<number> = [];
    for (let i = 0; i < count; i += 1) values.push(this.#count());
    return values;
  }

  /** What {@link writeColumn} wrote. */
  column(count: number): Array<number> {
    const kind = this.#bytes[this.#at];
    this.#at += 1;
    const values: Array<number> = [];
    let last = 0;
    for (let i = 0; i < count; i += 1) {
      if (kind === doubles) {
        last = this.#bytes.readDoubleLE(this.#at);
        this.#at += 8;
      } else {
        last += this.#count();
      }
      values.push(last);
    }
    return values;
  }
}
