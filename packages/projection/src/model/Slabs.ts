import type { RowMemory } from '../records/row.js';

const slabBytes = 1 << 20;

const newSlab = (bytes: number): RowMemory => {
  const memory = Buffer.allocUnsafeSlow((bytes + 7) & ~7);
  return { bytes: memory, words: new Uint32Array(memory.buffer), doubles: new Float64Array(memory.buffer) };
};

/**
 * Slabs that nobody uses now, for whoever of those that share it needs one next. They are held weakly: the garbage
 * collector may take them, but as long as it has not, no other memory is taken instead.
 *
 * @category model
 */
export class SlabPool {
  readonly #spare: Array<WeakRef<RowMemory>> = [];

  take(): RowMemory {
    for (let spare = this.#spare.pop(); spare !== undefined; spare = this.#spare.pop()) {
      const slab = spare.deref();
      if (slab !== undefined) return slab;
    }
    return newSlab(slabBytes);
  }

  give(slab: RowMemory): void {
    this.#spare.push(new WeakRef(slab));
  }
}

/**
 * Memory for records, handed out piece by piece in slabs of 1 MiB of a pool. A piece lies in one slab and begins at a
 * multiple of eight.
 *
 * @category model
 */
export class Slabs {
  readonly #pool: SlabPool;
  #slabs: Array<RowMemory> = [];
  #current = -1;
  #used = 0;
  #bytes = 0;

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

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
    const slab = capacity > slabBytes ? newSlab(capacity) : this.#pool.take();
    this.#slabs.push(slab);
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

  /** Takes everything back, and gives it to the pool. */
  reset(): void {
    for (const slab of this.#slabs) if (slab.bytes.length === slabBytes) this.#pool.give(slab);
    this.#slabs = [];
    this.#current = -1;
    this.#used = 0;
    this.#bytes = 0;
  }
}
