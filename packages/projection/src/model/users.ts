import type { UserId } from '@account-data/domain';
import { compareKeys } from '../records/keys.js';
import { prefixRange } from '../storage/ProjectionStorage.js';
import type { UsersPage, UsersQuery } from '../UsersPage.js';
import type { ReadModel } from './ReadModel.js';

const defaultLimit = 100;
/** More characters than a user ID has: what stands behind them decides nothing. */
const characters = 256;

/** The first ones in order of as many as are added; some more are kept in between. */
class FirstOnes {
  readonly #count: number;
  #kept = new Set<string>();

  constructor(count: number) {
    this.#count = count;
  }

  add(userId: string): void {
    this.#kept.add(userId);
    if (this.#kept.size > this.#count * 4) this.#kept = new Set(this.list());
  }

  list(): ReadonlyArray<string> {
    return [...this.#kept].sort(compareKeys).slice(0, this.#count);
  }
}

/** Users by what their IDs begin with: found by the records of their two streams, unwritten ones too. @category destructors */
export const usersPage = (model: ReadModel, query: UsersQuery): UsersPage => {
  const { limit = defaultLimit } = query;
  const prefix = query.prefix ?? '';
  if (prefix.length >= characters) return { users: [] };
  const after = query.after?.slice(0, characters);
  const first = new FirstOnes(limit + 1);
  const from = after !== undefined && compareKeys(after, prefix) >= 0 ? `${after}\0` : prefix;
  const { to } = prefixRange(prefix);
  for (const table of ['dataStreams', 'tagStreams'] as const) {
    let left = limit + 1;
    model.storage.scan(table, { from, to }, (userId) => {
      if (!model.erased.has(userId)) {
        first.add(userId);
        left -= 1;
      }
      return left > 0;
    });
  }
  for (const pending of [model.flushing, model.active]) {
    for (const { userId, isNew, purged } of pending?.dirty ?? []) {
      if (isNew && !purged && userId.startsWith(prefix) && (after === undefined || compareKeys(userId, after) > 0)) first.add(userId);
    }
  }
  const found = first.list();
  const users = found.slice(0, limit).map((userId) => userId as UserId);
  const last = users.at(-1);
  return found.length > limit && last !== undefined ? { users, next: last } : { users };
};
