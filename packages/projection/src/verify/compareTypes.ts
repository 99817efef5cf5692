import { parsePositionKey, positionKey, typeKey } from '../records/keys.js';
import { blockNames } from '../records/logBlock.js';
import { parseLogBlock } from '../records/logBlockRecord.js';
import { nextTurn, type Comparison } from './Comparison.js';
import { pageSize, TableCursor } from './TableCursor.js';

/** What stands behind a type in a key of the table: NUL and a position. */
const behindType = 15;

/** Calls back for each record of a table of the live projection. */
const forEach = async (
  { live, timers, isAborted }: Comparison,
  table: 'log' | 'types',
  visit: (key: string, value: Buffer) => void,
): Promise<void> => {
  const cursor = new TableCursor(live, table);
  for (let record = cursor.current(), n = 1; record !== undefined; record = cursor.current(), n += 1) {
    if (n % pageSize === 0) {
      if (isAborted()) return;
      await nextTurn(timers);
    }
    visit(record.key, record.value);
    cursor.advance();
  }
};

/**
 * Compares the types that the blocks of the live log index are found by with the types that the blocks have. The rows of
 * the blocks are compared with those of the fresh replay elsewhere. Gives how many types that were.
 */
export const compareTypes = async (comparison: Comparison): Promise<number> => {
  const { live, onDifference } = comparison;
  let expected = 0;
  let found = 0;
  await forEach(comparison, 'log', (blockKey, value) => {
    const place = parsePositionKey(blockKey);
    for (const type of new Set(blockNames(parseLogBlock(value)))) {
      const key = typeKey(type, place);
      expected += 1;
      if (live.get('types', key) === undefined) onDifference({ table: 'types', key, kind: 'missing' });
      else found += 1;
    }
  });
  let entries = 0;
  await forEach(comparison, 'types', () => {
    entries += 1;
  });
  // To look up the block of each costs much, and is of use only where there are more than the blocks have.
  if (entries === found || comparison.isAborted()) return expected;
  await forEach(comparison, 'types', (key) => {
    const block = live.get('log', positionKey(parsePositionKey(key.slice(1 - behindType))));
    if (block === undefined || !blockNames(parseLogBlock(block)).includes(key.slice(0, -behindType))) {
      onDifference({ table: 'types', key, kind: 'unexpected' });
    }
  });
  return expected;
};
