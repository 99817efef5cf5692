import type { RowReader } from '../model/RowReader.js';
import { noKeyHash } from '../records/row.js';

/**
 * For each of these rows (by number, in any order) the number of the row before it with the same key hash, where there
 * is one. One pass backwards over the rows, from the last one asked for, as far as needed.
 *
 * @category destructors
 */
export const previousRows = (rows: RowReader, asked: ReadonlyArray<number>): ReadonlyMap<number, number> => {
  const previous = new Map<number, number>();
  const open = new Map<number, number>();
  const remaining = new Set(asked);
  for (let index = Math.max(-1, ...asked); index >= 0 && (remaining.size > 0 || open.size > 0); index -= 1) {
    const hash = rows.hash(index);
    if (hash === noKeyHash) continue;
    const later = open.get(hash);
    if (later !== undefined) {
      previous.set(later, index);
      open.delete(hash);
    }
    if (remaining.delete(index)) open.set(hash, index);
  }
  return previous;
};
