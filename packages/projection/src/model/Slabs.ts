import type { RowMemory } from '../records/row.js';

const slabBytes = 1 << 20;

const newSlab = (bytes: number): RowMemory => {
  const memory = Buffer.allocUnsafeSlow((bytes + 7) & ~7);
  return { bytes: memory, words: new Uint32Array(memory.buffer), doubles: new Float64Array(memory.buffer) };
};

/**
 * Memory for records, handed out piece by piece in slabs of 1 MiB that are kept for the next use. A piece lies in one
 * slab and begins at a multiple of eight.
 *
 * @category model
 */
export class Slabs {
  #slabs: Array<RowMemory> = [];
  #current = -1;
  #used = 0;
  #bytes = 0;

  /** How many bytes are handed out. */
  get bytes(): number {
    return this.#bytes + this.#used;
  }

  /** Makes room for `capacity` bytes: in `memory(slab)`, from `offset` on. Nothing is taken before {@link take}. */
  reserve(capacity: number): RowMemory {
    const current = this.#slabs[this.#current];
    if (current !== undefined && this.#used + capacity <= current.bytes.length) return current;
    this.#bytes += this.#used;
    this.#used = 0;
    this.#current += 1;
    const next = this.#slabs[this.#current];
    if (next !== undefined && next.bytes.length >= capacity) return next;
    const slab = newSlab(Math.max(slabBytes, capacity));
    this.#slabs.splice(this.#current, 0, slab);
    return slab;
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

  memory(slab: number): RowMemory {
    const memory = this.#slabs[slab];
    if (memory === undefined) throw new RangeError(`There is no slab ${slab}.`);
    return memory;
  }

  /** Takes everything back. At most `keep` bytes of memory are kept. */
  reset(keep: number): void {
    let kept = 0;
    this.#slabs = this.#slabs.filter(({ bytes }) => {
      kept += bytes.length;
      return kept <= keep && bytes.length === slabBytes;
    });
    this.#current = -1;
    this.#used = 0;
    this.#bytes = 0;
  }
}
