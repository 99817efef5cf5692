/**
 * Text in and out of buffers by the methods that `write` and `toString` call after looking at their arguments: records
 * are short and come by the million, and that look takes as long as the work.
 */
interface DirectBuffer extends Buffer {
  readonly utf8Write: (text: string, offset: number) => number;
  readonly utf8Slice: (start: number, end: number) => string;
  readonly latin1Slice: (start: number, end: number) => string;
}

const isDirect = ['utf8Write', 'utf8Slice', 'latin1Slice'].every((method) => method in Buffer.prototype);

/** Writes text as UTF-8 from `offset` on; gives the number of bytes. */
export const writeUtf8: (target: Buffer, text: string, offset: number) => number = isDirect
  ? (target, text, offset) => (target as DirectBuffer).utf8Write(text, offset)
  : (target, text, offset) => target.write(text, offset, 'utf8');

/** The UTF-8 from `start` to `end`. */
export const readUtf8: (source: Buffer, start: number, end: number) => string = isDirect
  ? (source, start, end) => (source as DirectBuffer).utf8Slice(start, end)
  : (source, start, end) => source.toString('utf8', start, end);

/** The ASCII from `start` to `end`. */
export const readLatin1: (source: Buffer, start: number, end: number) => string = isDirect
  ? (source, start, end) => (source as DirectBuffer).latin1Slice(start, end)
  : (source, start, end) => source.toString('latin1', start, end);

/**
 * Copies the bytes from `start` to `end` of a record to `offset` of a buffer; gives how many. Not by `Buffer.copy`: that
 * goes by the size of the memory, and a storage's read buffer is larger than the record in it says it is.
 */
export const copyBytes = (source: Buffer, start: number, end: number, target: Buffer, offset: number): number => {
  target.set(source.subarray(start, end), offset);
  return end - start;
};
