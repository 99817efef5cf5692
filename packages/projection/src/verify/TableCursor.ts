import type { StorageReader, StorageTable } from '../storage/ProjectionStorage.js';

/** Records a page: what is compared between two turns of the event loop, too. */
export const pageSize = 500;
const lastKey = '\u{10FFFF}';

/** Hands out the records of a table that count one after the other, reading a page at a time. */
export class TableCursor {
  readonly #reader: StorageReader;
  readonly #table: StorageTable;
  readonly #counts: (key: string, value: Buffer) => boolean;
  #page: ReadonlyArray<{ readonly key: string; readonly value: Buffer }> = [];
  #index = 0;
  #from = '';
  #ended = false;

  constructor(reader: StorageReader, table: StorageTable, counts: (key: string, value: Buffer) => boolean = () => true) {
    this.#reader = reader;
    this.#table = table;
    this.#counts = counts;
  }

  current(): { readonly key: string; readonly value: Buffer } | undefined {
    while (this.#index >= this.#page.length && !this.#ended) this.#read();
    return this.#page[this.#index];
  }

  advance(): void {
    this.#index += 1;
  }

  #read(): void {
    const page: Array<{ readonly key: string; readonly value: Buffer }> = [];
    this.#reader.scan(this.#table, { from: this.#from, to: lastKey }, (key, value) => {
      page.push({ key, value: Buffer.from(value.subarray(0, value.length)) });
      return page.length < pageSize;
    });
    // Read to its end first: to tell what counts, other tables may have to be read.
    this.#page = page.filter(({ key, value }) => this.#counts(key, value));
    this.#index = 0;
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined) this.#ended = true;
    else this.#from = `${last.key}\0`;
  }
}
