import { Revision } from '@account-data/event-store';
import { type AccountDataEntry, type AsOf, type EntryPlace, type HistoryError, type Projection, type StateAsOf, compareEntries } from '@account-data/projection';
import type { Turns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { HistoryFailed } from '../exceptions.js';
import { comparisons, comparisonsOfAnswer } from './Comparisons.js';
import { type DiffFilter, type KeyDiff, type StateDiff, keyDiff } from './stateDiff.js';

/** From a moment to another, or to now. @category model */
export interface DiffQuery extends DiffFilter {
  readonly from: AsOf;
  /** Absent: now. */
  readonly to?: AsOf;
}

/** A diff whose changes come one after the other, as they are taken. @category model */
export interface DiffPages extends Omit<StateDiff, 'changes'> {
  /**
   * Ordered by room and type. Nothing more comes once the user is erased.
   *
   * @throws HistoryFailed
   */
  readonly changes: AsyncIterable<KeyDiff>;
}

/** How much of each state is read at a time, in bytes. */
const pageBytes = 32 * 1024;

/** What a comparison counts for among the work of a turn, in bytes. */
const comparisonBytes = 32;

interface Source {
  readonly projection: Projection;
  readonly turns: Turns;
}

type Page = Pick<StateAsOf, 'revision' | 'entries' | 'next'>;

/** The state at a moment, which never changes any more, part by part. */
class MomentReader {
  readonly #read: (after: EntryPlace | undefined) => TE.TaskEither<HistoryError, Page>;
  #page: Page | undefined;
  #index = 0;

  constructor({ projection }: Source, userId: string, at: AsOf, { roomId, type }: DiffFilter) {
    this.#read = (after) =>
      projection.asOf(userId, at, {
        maxBytes: pageBytes,
        ...(roomId === undefined ? {} : { roomId }),
        ...(type === undefined ? {} : { type }),
        ...(after === undefined ? {} : { after }),
      });
  }

  get revision(): Revision | 'no-stream' {
    return this.#page?.revision ?? 'no-stream';
  }

  /** Reads on where that is needed; a left is why it can't. */
  async ready(): Promise<E.Either<HistoryError, void>> {
    while (this.#page === undefined || (this.#index >= this.#page.entries.length && this.#page.next !== undefined)) {
      const read = await this.#read(this.#page?.next)();
      if (E.isLeft(read)) return read;
      this.#page = read.right;
      this.#index = 0;
    }
    return E.right(undefined);
  }

  head(): AccountDataEntry | undefined {
    return this.#page?.entries[this.#index];
  }

  skip(): void {
    this.#index += 1;
  }
}

async function* changesBetween({ projection, turns }: Source, userId: string, before: MomentReader, after: MomentReader): AsyncGenerator<KeyDiff, void, void> {
  const budget = comparisons(comparisonsOfAnswer);
  for (;;) {
    for (const reader of [before, after]) {
      const ready = await reader.ready();
      if (E.isLeft(ready)) throw new HistoryFailed(ready.left);
    }
    const [was, is] = [before.head(), after.head()];
    if (was === undefined && is === undefined) return;
    const order = was === undefined ? 1 : is === undefined ? -1 : compareEntries(was, is);
    if (order <= 0) before.skip();
    if (order >= 0) after.skip();
    await turns.next();
    // It may be long ago that they were read.
    if (projection.erased(userId)) return;
    const taken = budget.taken();
    const change = keyDiff(order <= 0 ? was : undefined, order >= 0 ? is : undefined, budget);
    turns.spend((budget.taken() - taken) * comparisonBytes + 1);
    if (change !== undefined) yield change;
  }
}

/** What changed of a user's account data between two moments, by the projection, part by part. @category constructors */
export const diffPages =
  (source: Source) =>
  (userId: string, query: DiffQuery): TE.TaskEither<HistoryError, DiffPages> =>
  async () => {
    const head = source.projection.heads(userId).accountData;
    const now: AsOf = { revision: head === 'no-stream' ? Revision(0) : head };
    const before = new MomentReader(source, userId, query.from, query);
    const after = new MomentReader(source, userId, query.to ?? now, query);
    for (const reader of [before, after]) {
      const ready = await reader.ready();
      if (E.isLeft(ready)) return ready;
    }
    return E.right({
      fromRevision: before.revision,
      toRevision: query.to === undefined ? head : after.revision,
      changes: changesBetween(source, userId, before, after),
    });
  };

/** The same as a whole. @category constructors */
export const projectedDiff =
  (source: Source) =>
  (userId: string, query: DiffQuery): TE.TaskEither<HistoryError, StateDiff> =>
  async () => {
    const pages = await diffPages(source)(userId, query)();
    if (E.isLeft(pages)) return pages;
    const changes: Array<KeyDiff> = [];
    try {
      for await (const change of pages.right.changes) changes.push(change);
    } catch (error) {
      if (error instanceof HistoryFailed) return E.left(error.error);
      throw error;
    }
    return E.right({ ...pages.right, changes });
  };
