import type { AsOf } from '../History.js';
import type { RowReader } from '../model/RowReader.js';

const all = (): boolean => true;

/**
 * The last row up to a moment (-1 before the first), and which rows up to that one belong to it: by original times not all do,
 * since an import may have brought older changes later.
 *
 * @category destructors
 */
export const rowsUpTo = (rows: RowReader, at: AsOf): { readonly last: number; readonly has: (index: number) => boolean } => {
  if ('position' in at) return { last: rows.last('position', Number(at.position)), has: all };
  if ('revision' in at) return { last: rows.last('revision', Number(at.revision)), has: all };
  const recorded = rows.last('time', at.time);
  if (at.by === 'recorded') return { last: recorded, has: all };
  // What was recorded by then was made by then.
  const has = (index: number): boolean => index <= recorded || rows.made(index) <= at.time;
  let last = rows.count - 1;
  while (last > recorded && !has(last)) last -= 1;
  return { last, has };
};
