import type { Activity, ActivityQuery } from '../Activity.js';
import type { ReadModel } from './ReadModel.js';
import { RowReader } from './RowReader.js';

/** Counts a user's changes over time by the index: a search for each part, however many changes there are. */
export const activityOf = (model: ReadModel, userId: string, { stream = 'data', since, until, parts = 100 }: ActivityQuery): Activity | undefined => {
  if (model.erased.has(userId)) return undefined;
  const rows = new RowReader(model, stream, userId);
  if (rows.count === 0) return undefined;
  const from = since ?? rows.time(0);
  const to = Math.max(from + 1, until ?? rows.time(rows.count - 1) + 1);
  const counts: Array<number> = [];
  let before = rows.last('time', from - 1);
  for (let part = 1; part <= parts; part += 1) {
    const last = rows.last('time', Math.ceil(from + ((to - from) * part) / parts) - 1);
    counts.push(last - before);
    before = last;
  }
  return { since: from, until: to, counts };
};
