import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { ReadLog } from './readLog.js';

/** Finds the place before the first change recorded at that time or later; undefined where the store failed. */
export const findTime = async (
  time: number,
  prefix: string,
  readLog: ReadLog,
  isClosed: () => boolean,
): Promise<ReadFrom | undefined> => {
  let before: ReadFrom = 'start';
  for (;;) {
    const slice = await readLog({ after: before, prefixes: [prefix], limit: 1_000 });
    if (E.isLeft(slice) || isClosed()) return undefined;
    for (const event of slice.right.events) {
      if (event.created >= time) return before;
      before = event.position;
    }
    if (slice.right.isEnd) return before;
    before = slice.right.next;
  }
};

