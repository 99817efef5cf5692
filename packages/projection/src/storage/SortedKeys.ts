/** A chunk with more keys than this is halved. */
const longestChunk = 1_024;

/** The first index whose item is not less than `key`. */
const lowerBound = (keys: ReadonlyArray<string>, key: string): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Distinct keys in the order of their UTF-16 units, in chunks: one that comes or goes moves those of its chunk, however many
 * there are.
 *
 * @category model
 */
export class SortedKeys {
  /** None is empty. */
  readonly #chunks: Array<Array<string>>;
  /** The first key of each. */
  readonly #firsts: Array<string>;

  constructor(chunks: Array<Array<string>> = []) {
    this.#chunks = chunks;
    this.#firsts = chunks.map((chunk) => chunk[0] as string);
  }

  /** The chunk that a key is in, or would come into. */
  #chunkOf(key: string): number {
    const index = lowerBound(this.#firsts, key);
    return this.#firsts[index] === key || index === 0 ? index : index - 1;
  }

  /** Adds a key that is not among them. */
  add(key: string): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      this.#firsts.push(key);
      return;
    }
    const last = chunk[chunk.length - 1] as string;
    if (key > last) chunk.push(key);
    else chunk.splice(lowerBound(chunk, key), 0, key);
    this.#firsts[index] = chunk[0] as string;
    if (chunk.length <= longestChunk) return;
    // Keys that come in order fill their chunks.
    const upper = chunk.splice(key > last ? longestChunk : longestChunk >> 1);
    this.#chunks.splice(index + 1, 0, upper);
    this.#firsts.splice(index + 1, 0, upper[0] as string);
  }

  /** Removes a key that is among them. */
  remove(key: string): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length > 0) {
      this.#firsts[index] = chunk[0] as string;
      return;
    }
    this.#chunks.splice(index, 1);
    this.#firsts.splice(index, 1);
  }

  copy(): SortedKeys {
    return new SortedKeys(this.#chunks.map((chunk) => [...chunk]));
  }

  /** Those from one (inclusive) to another (exclusive), in either direction, one by one: nothing may come or go meanwhile. */
  *between(from: string, to: string, reverse: boolean): Generator<string, void, void> {
    if (from >= to) return;
    if (reverse) {
      let index = this.#chunkOf(to);
      let chunk = this.#chunks[index];
      let at = chunk === undefined ? -1 : lowerBound(chunk, to) - 1;
      while (chunk !== undefined) {
        for (; at >= 0; at -= 1) {
          const key = chunk[at] as string;
          if (key < from) return;
          yield key;
        }
        index -= 1;
        chunk = this.#chunks[index];
        at = (chunk?.length ?? 0) - 1;
      }
      return;
    }
    let index = this.#chunkOf(from);
    let chunk = this.#chunks[index];
    let at = chunk === undefined ? 0 : lowerBound(chunk, from);
    while (chunk !== undefined) {
      for (; at < chunk.length; at += 1) {
        const key = chunk[at] as string;
        if (key >= to) return;
        yield key;
      }
      index += 1;
      chunk = this.#chunks[index];
      at = 0;
    }
  }
}
