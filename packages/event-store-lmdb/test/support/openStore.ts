import type { LogSlice, ProposedEvent, ReadFrom, StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import { type LmdbEventStore, type LmdbOpenError, type LmdbStoreMode, openLmdbEventStore } from '../../src/index.js';

/** What goes through a whole log is given this. */
export const work = { runtime: systemRuntime };

/** What must succeed. */
export const right = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(`Expected success, got ${JSON.stringify(result.left)}.`);
  return result.right;
};

/** What must fail. */
export const left = async <L, A>(task: TaskEither<L, A>): Promise<L> => {
  const result = await task();
  if (E.isRight(result)) throw new Error('Expected an error, got success.');
  return result.left;
};

/** Opens a store that is closed when the test has ended. */
export const openStore = async (path: string, mode: LmdbStoreMode = 'own'): Promise<LmdbEventStore> => {
  const store = await right(openLmdbEventStore({ path, mode, runtime: systemRuntime }));
  onTestFinished(() => store.close());
  return store;
};

/** Why a store can't be opened. */
export const openRefused = async (path: string, mode: LmdbStoreMode = 'own'): Promise<LmdbOpenError> => {
  const opened = await openLmdbEventStore({ path, mode, runtime: systemRuntime })();
  if (E.isLeft(opened)) return opened.left;
  await opened.right.close();
  throw new Error('Expected the store not to open.');
};

export const newEvent = (data: ProposedEvent['data'] = {}): ProposedEvent => ({
  id: systemRuntime.random.uuid(),
  type: 'Happened',
  data,
  metadata: {},
});

/** The ids of all events of the log. */
export const allIds = async (store: LmdbEventStore): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  let after: ReadFrom = 'start';
  for (let isEnd = false; !isEnd; ) {
    const slice: LogSlice = await right(store.readAll({ after, limit: 1_000 }));
    ids.push(...slice.events.map(({ id }) => id));
    isEnd = slice.isEnd;
    after = slice.next;
  }
  return ids;
};

export const named = (name: string): StreamName => name as StreamName;
