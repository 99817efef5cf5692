import type { Timers } from '@account-data/runtime';
import type { ProjectionDifference } from '../ProjectionHealth.js';
import { compareKeys } from '../records/keys.js';
import { logRowsOf, parseLogBlock, type LogRow } from '../records/logBlock.js';
import type { StorageReader, StorageTable } from '../storage/ProjectionStorage.js';

/** Records of these tables are equal byte for byte in every projection of the same log. */
const comparedTables: ReadonlyArray<StorageTable> = [
  'entries',
  'tags',
  'dataStreams',
  'dataBlocks',
  'tagStreams',
  'tagBlocks',
  'quarantine',
  'erased',
];

const pageSize = 500;
const lastKey = '\u{10FFFF}';

/** Hands out the records of a table one after the other, reading a page at a time. */
class TableCursor {
  readonly #reader: StorageReader;
  readonly #table: StorageTable;
  #page: ReadonlyArray<{ readonly key: string; readonly value: Buffer }> = [];
  #index = 0;
  #from = '';
  #ended = false;

  constructor(reader: StorageReader, table: StorageTable) {
    this.#reader = reader;
    this.#table = table;
  }

  current(): { readonly key: string; readonly value: Buffer } | undefined {
    if (this.#index >= this.#page.length && !this.#ended) this.#read();
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
    this.#page = page;
    this.#index = 0;
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined) this.#ended = true;
    else this.#from = `${last.key}\0`;
  }
}

/** Takes each difference; what is told first is what the projection has. @category model */
export type OnDifference = (difference: ProjectionDifference) => void;

/** @category model */
export interface Comparison {
  readonly live: StorageReader;
  readonly fresh: StorageReader;
  readonly timers: Timers;
  readonly isAborted: () => boolean;
  readonly onDifference: OnDifference;
}

const nextTurn = (timers: Timers): Promise<void> =>
  new Promise((resolve) => {
    timers.defer(resolve);
  });

const compareTable = async (comparison: Comparison, table: StorageTable): Promise<number> => {
  const { live, fresh, timers, isAborted, onDifference } = comparison;
  const left = new TableCursor(live, table);
  const right = new TableCursor(fresh, table);
  let records = 0;
  for (let a = left.current(), b = right.current(); a !== undefined || b !== undefined; a = left.current(), b = right.current()) {
    records += 1;
    if (records % pageSize === 0) {
      if (isAborted()) return records;
      await nextTurn(timers);
    }
    const order = a === undefined ? 1 : b === undefined ? -1 : compareKeys(a.key, b.key);
    if (order < 0) onDifference({ table, key: a?.key ?? '', kind: 'unexpected' });
    else if (order > 0) onDifference({ table, key: b?.key ?? '', kind: 'missing' });
    else if (a !== undefined && b !== undefined && !a.value.equals(b.value)) onDifference({ table, key: a.key, kind: 'different' });
    if (order <= 0) left.advance();
    if (order >= 0) right.advance();
  }
  return records;
};

/** The rows of the log index one after the other: two indexes may have them in blocks of other sizes. */
class LogCursor {
  readonly #blocks: TableCursor;
  #rows: ReadonlyArray<LogRow> = [];
  #index = 0;

  constructor(reader: StorageReader) {
    this.#blocks = new TableCursor(reader, 'log');
  }

  current(): LogRow | undefined {
    while (this.#index >= this.#rows.length) {
      const block = this.#blocks.current();
      if (block === undefined) return undefined;
      this.#blocks.advance();
      this.#rows = logRowsOf(parseLogBlock(block.value));
      this.#index = 0;
    }
    return this.#rows[this.#index];
  }

  advance(): void {
    this.#index += 1;
  }
}

const rowKey = ({ position, userId, revision }: LogRow): string => `${position} ${userId} ${revision}`;

const compareLog = async (comparison: Comparison): Promise<number> => {
  const { live, fresh, timers, isAborted, onDifference } = comparison;
  const left = new LogCursor(live);
  const right = new LogCursor(fresh);
  let records = 0;
  for (let a = left.current(), b = right.current(); a !== undefined || b !== undefined; a = left.current(), b = right.current()) {
    records += 1;
    if (records % (pageSize * 10) === 0) {
      if (isAborted()) return records;
      await nextTurn(timers);
    }
    const order = a === undefined ? 1 : b === undefined ? -1 : a.position - b.position;
    if (order < 0 && a !== undefined) onDifference({ table: 'log', key: rowKey(a), kind: 'unexpected' });
    else if (order > 0 && b !== undefined) onDifference({ table: 'log', key: rowKey(b), kind: 'missing' });
    else if (a !== undefined && b !== undefined && (rowKey(a) !== rowKey(b) || a.type !== b.type)) {
      onDifference({ table: 'log', key: rowKey(a), kind: 'different' });
    }
    if (order <= 0) left.advance();
    if (order >= 0) right.advance();
  }
  return records;
};

/**
 * Compares all that two projections of the same log must have in common, and gives how many records that were. What
 * depends on when it was written is left out: request keys that are not remembered any more may still be there.
 *
 * @category combinators
 */
export const compareTables = async (comparison: Comparison): Promise<number> => {
  let records = 0;
  for (const table of comparedTables) {
    if (comparison.isAborted()) return records;
    records += await compareTable(comparison, table);
  }
  return records + (await compareLog(comparison));
};
