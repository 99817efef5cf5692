/** How many bytes a number takes as a varint. */
const varintSize = (value: number): number => {
  let size = 1;
  for (let left = value; left >= 128; left = Math.floor(left / 128)) size += 1;
  return size;
};

/** Writes the fields of a protobuf message one after the other. Source: protobuf.dev, "Encoding". @category model */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(1_024);
  #at = 0;

  /** What was written. The writer is not used after it. */
  result(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  text(field: number, text: string): void {
    const length = Buffer.byteLength(text, 'utf8');
    this.#key(field, 2);
    this.#varint(length);
    this.#reserve(length);
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  uint64(field: number, value: bigint): void {
    this.#key(field, 0);
    this.#reserve(10);
    let left = value;
    for (; left >= 128n; left >>= 7n) this.#bytes[this.#at++] = Number(left & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(left);
  }

  bool(field: number, value: boolean): void {
    this.#key(field, 0);
    this.#varint(value ? 1 : 0);
  }

  /** A message inside this one, which `fill` writes. */
  message(field: number, fill: () => void): void {
    this.#key(field, 2);
    // Room for a short length; what is longer is moved on once it is known.
    this.#reserve(1);
    const lengthAt = this.#at;
    this.#at += 1;
    fill();
    const length = this.#at - lengthAt - 1;
    const more = varintSize(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(lengthAt + 1 + more, lengthAt + 1, this.#at);
    }
    this.#at = lengthAt;
    this.#varint(length);
    this.#at += length;
  }

  #key(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(8);
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.#bytes[this.#at++] = (left % 128) | 0x80;
    this.#bytes[this.#at++] = left;
  }

  #reserve(length: number): void {
    const wanted = this.#at + length;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
