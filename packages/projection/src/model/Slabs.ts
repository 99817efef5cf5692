const slabBytes = 1 << 20;

/**
 * Memory for records, handed out piece by piece in slabs of 1 MiB that are kept for the next use. A piece lies in one
 * slab and begins at a multiple of eight.
 *
 * @category model
 */
export class Slabs {
  #slabs: Buffer[] = [];
  #words: Uint32Array[] = [];
  #current = -1;
  #used = 0;
  #bytes = 0;

  /** How many bytes are handed out. */
  get bytes(): number {
    return this.#bytes + this.#used;
  }

  /**
   * Makes room for `capacity` bytes; `slab`, `offset` and then `buffer(slab)` say where. Nothing is taken before
   * {@link take}.
   */
  reserve(capacity: number): void {
    const current = this.#slabs[this.#current];
    if (current !== undefined && this.#used + capacity <= current.length) return;
    this.#bytes += this.#used;
    this.#used = 0;
    this.#current += 1;
    const next = this.#slabs[this.#current];
    if (next !== undefined && next.length >= capacity) return;
    const slab = Buffer.allocUnsafeSlow((Math.max(slabBytes, capacity) + 7) & ~7);
    this.#slabs.splice(this.#current, 0, slab);
    this.#words.splice(this.#current, 0, new Uint32Array(slab.buffer));
  }

  /** The slab that the last {@link reserve} made room in. */
  get slab(): number {
    return this.#current;
  }

  /** Where in it. */
  get offset(): number {
    return this.#used;
  }

  /** Takes so many of the bytes made room for. */
  take(length: number): void {
    this.#used += (length + 7) & ~7;
  }

  buffer(slab: number): Buffer {
    const buffer = this.#slabs[slab];
    if (buffer === undefined) throw new RangeError(`There is no slab ${slab}.`);
    return buffer;
  }

  /** The same memory in words of four bytes. */
  words(slab: number): Uint32Array {
    const words = this.#words[slab];
    if (words === undefined) throw new RangeError(`There is no slab ${slab}.`);
    return words;
  }

  /** Takes everything back. At most `keep` bytes of memory are kept. */
  reset(keep: number): void {
    let kept = 0;
    this.#slabs = this.#slabs.filter((slab) => {
      kept += slab.length;
      return kept <= keep && slab.length === slabBytes;
    });
    this.#words = this.#slabs.map((slab) => new Uint32Array(slab.buffer));
    this.#current = -1;
    this.#used = 0;
    this.#bytes = 0;
  }
}
