/** Node's buffers have this method; it is what `write` calls after looking at its arguments. */
interface Utf8Buffer extends Buffer {
  readonly utf8Write: (text: string, offset: number) => number;
}

/**
 * Writes text as UTF-8 from `offset` on; gives the number of bytes. Keys and contents are written by the million, and
 * `Buffer.write` takes as long over its arguments as over a short text.
 */
export const writeUtf8: (target: Buffer, text: string, offset: number) => number =
  'utf8Write' in Buffer.prototype
    ? (target, text, offset) => (target as Utf8Buffer).utf8Write(text, offset)
    : (target, text, offset) => target.write(text, offset, 'utf8');
