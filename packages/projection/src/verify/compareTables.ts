import { compareKeys } from '../records/keys.js';
import { logRowsOf, type LogRow } from '../records/logBlock.js';
import { parseLogBlock } from '../records/logBlockRecord.js';
import type { StorageReader, StorageTable } from '../storage/ProjectionStorage.js';
import { nextTurn, type Comparison } from './Comparison.js';
import { isRequestKept, isRequestOrderKept } from './keptRequests.js';
import { pageSize, TableCursor } from './TableCursor.js';
import { compareTypes } from './compareTypes.js';

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

/** Whether a record counts: whatever two projections of the same log may differ in does not. */
type IsCompared = (reader: StorageReader, key: string, value: Buffer) => boolean;

const compareTable = async (comparison: Comparison, table: StorageTable, isCompared: IsCompared = () => true): Promise<number> => {
  const { live, fresh, timers, isAborted, onDifference } = comparison;
  const left = new TableCursor(live, table, (key, value) => isCompared(live, key, value));
  const right = new TableCursor(fresh, table, (key, value) => isCompared(fresh, key, value));
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
    else if (a !== undefined && b !== undefined && (rowKey(a) !== rowKey(b) || a.type !== b.type || (a.made < a.time && a.made !== b.made))) {
      onDifference({ table: 'log', key: rowKey(a), kind: 'different' });
    }
    if (order <= 0) left.advance();
    if (order >= 0) right.advance();
  }
  return records;
};

/**
 * Compares all that two projections of the same log must have in common, and gives how many records that were. What
 * depends on when it was written is left out: request keys that are not remembered any more may still be there, and the
 * log index may be cut into other blocks, so that the types a block is found by are compared with the block.
 *
 * @category combinators
 */
export const compareTables = async (comparison: Comparison): Promise<number> => {
  let records = 0;
  for (const table of comparedTables) {
    if (comparison.isAborted()) return records;
    records += await compareTable(comparison, table);
  }
  const window = comparison.requestKeyWindow;
  records += await compareTable(comparison, 'requests', (reader, key, value) => isRequestKept(reader, key, value, window));
  records += await compareTable(comparison, 'requestOrder', (reader, key, value) => isRequestOrderKept(reader, key, value, window));
  records += await compareLog(comparison);
  return records + (await compareTypes(comparison));
};
