import type { Position, ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { DataFolder } from './DataFolder.js';

/** Where each change of account data stands in the log, by its event id. It reads beside whoever owns the log. */
export const readChangePositions = async ({ data, log }: DataFolder): Promise<ReadonlyMap<string, Position>> => {
  const store = await log.open(data);
  try {
    const positions = new Map<string, Position>();
    let after: ReadFrom = 'start';
    for (;;) {
      const slice = await store.readAll({ after, prefixes: [log.names.accountDataPrefix], limit: 1_000 })();
      if (E.isLeft(slice)) throw new Error(slice.left.code);
      for (const { id, position } of slice.right.events) positions.set(id, position);
      if (slice.right.isEnd) return positions;
      after = slice.right.next;
    }
  } finally {
    await store.close();
  }
};
