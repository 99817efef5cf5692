/** A queue whose operations take constant time however long it is. */
export class Fifo<A> implements Iterable<A> {
  #items: Array<A | undefined> = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: A): void {
    this.#items.push(item);
  }

  peek(): A | undefined {
    return this.#items[this.#head];
  }

  last(): A | undefined {
    return this.#head === this.#items.length ? undefined : this.#items.at(-1);
  }

  shift(): A | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  *[Symbol.iterator](): Iterator<A> {
    for (let i = this.#head; i < this.#items.length; i += 1) {
      const item = this.#items[i];
      if (item !== undefined) yield item;
    }
  }
}
