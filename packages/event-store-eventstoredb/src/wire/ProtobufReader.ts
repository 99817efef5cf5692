/** Beyond so many bits a number of JavaScript's is no longer exact. */
const exactBits = 49;

/**
 * Reads the fields of one protobuf message where they stand, and copies nothing. Source: protobuf.dev, "Encoding".
 *
 * @throws {RangeError} where the bytes are no such message
 * @category model
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #wireType = 0;

  constructor(bytes: Buffer, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  /** The number of the next field; 0 at the end of the message. Its value is to be read or skipped next. */
  nextField(): number {
    if (this.#at >= this.#end) return 0;
    const key = this.number();
    this.#wireType = key & 7;
    return key >>> 3;
  }

  /** A varint that fits into 49 bits: keys, lengths, small numbers. */
  number(): number {
    let value = 0;
    let factor = 1;
    for (let bits = 0; bits < exactBits; bits += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new RangeError('A number is too large for its place in a protobuf message.');
  }

  uint64(): bigint {
    let low = 0;
    let factor = 1;
    for (let bits = 0; bits < exactBits; bits += 7) {
      const byte = this.#byte();
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(low);
      factor *= 128;
    }
    let value = BigInt(low);
    for (let bits = BigInt(exactBits); bits < 70n; bits += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << bits;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('A number has more than 64 bits in a protobuf message.');
  }

  /** A message inside this one. */
  message(): ProtobufReader {
    const end = this.#endOfValue();
    const inner = new ProtobufReader(this.#bytes, this.#at, end);
    this.#at = end;
    return inner;
  }

  /** A view of the bytes, not a copy. */
  bytes(): Buffer {
    const end = this.#endOfValue();
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  text(): string {
    const end = this.#endOfValue();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  skip(): void {
    switch (this.#wireType) {
      case 0:
        while (this.#byte() >= 0x80);
        return;
      case 1:
        this.#at = this.#within(this.#at + 8);
        return;
      case 2:
        this.#at = this.#endOfValue();
        return;
      case 5:
        this.#at = this.#within(this.#at + 4);
        return;
      default:
        throw new RangeError(`A field of wire type ${this.#wireType} in a protobuf message.`);
    }
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new RangeError('A protobuf message ends within a field.');
    return this.#bytes[this.#at++] as number;
  }

  #endOfValue(): number {
    if (this.#wireType !== 2) throw new RangeError(`A field of wire type ${this.#wireType} where bytes are expected in a protobuf message.`);
    const length = this.number();
    return this.#within(this.#at + length);
  }

  #within(end: number): number {
    if (end > this.#end) throw new RangeError('A protobuf message ends within a field.');
    return end;
  }
}
