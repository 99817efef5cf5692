import { gunzipSync, gzipSync } from 'node:zlib';

/** Before each message: whether it is compressed, and its length. Source: github.com/grpc/grpc, PROTOCOL-HTTP2.md. */
const headerBytes = 5;

const noBytes = Buffer.alloc(0);

/** A message as it is sent. A server that compresses does so message by message. */
export const frameOf = (message: Uint8Array, compressed: boolean): Buffer => {
  const payload = compressed ? gzipSync(message) : message;
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame.writeUInt8(compressed ? 1 : 0, 0);
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, headerBytes);
  return frame;
};

/** Takes messages out of what arrives. */
export class FrameReader {
  readonly #limit: number;
  #left: Buffer = noBytes;

  /** Throws a `RangeError` for a message of more bytes than this. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  take(chunk: Buffer): ReadonlyArray<Buffer> {
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    const messages: Array<Buffer> = [];
    while (this.#left.length >= headerBytes) {
      const length = this.#left.readUInt32BE(1);
      if (length > this.#limit) throw new RangeError('Received message exceeds the maximum configured message size.');
      const end = headerBytes + length;
      if (this.#left.length < end) break;
      const payload = this.#left.subarray(headerBytes, end);
      messages.push(this.#left.readUInt8(0) === 1 ? gunzipSync(payload) : payload);
      this.#left = this.#left.subarray(end);
    }
    return messages;
  }
}
