import { createAccountDataEngine, feedSource } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, type ConsumerDatabase, LogChanged, consume } from '../src/index.js';

const alice = '@alice:example.org';

/** A database in memory whose transactions are kept whole or not at all. */
const memoryDatabase = () => {
  let state: { readonly rows: ReadonlyArray<unknown>; readonly checkpoint: Checkpoint | null } = { rows: [], checkpoint: null };
  const failures: Array<Error> = [];
  const database: ConsumerDatabase<{ rows: Array<unknown>; checkpoint: Checkpoint | null }> = {
    transaction: async (work) => {
      const draft = { rows: [...state.rows], checkpoint: state.checkpoint };
      const result = await work(draft);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      state = draft;
      return result;
    },
    loadCheckpoint: () => state.checkpoint,
    saveCheckpoint: (draft, checkpoint) => {
      draft.checkpoint = checkpoint;
    },
  };
  return { database, failures, rows: () => state.rows, checkpoint: () => state.checkpoint };
};

const world = async () => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
  return { engine, source: feedSource(engine) };
};

describe('a consumer', () => {
  test('handles each item once and in order, also when its database fails in between', async () => {
    const { engine, source } = await world();
    const { database, failures, rows } = memoryDatabase();
    for (let i = 0; i < 50; i += 1) await engine.setAccountData(alice, null, 't', { i });
    failures.push(new Error('disk'), new Error('disk'));
    const failed: Array<unknown> = [];
    const stop = new AbortController();
    const done = consume({
      source,
      database,
      batchSize: 7,
      signal: stop.signal,
      onFailure: (error) => failed.push(error),
      handle: (draft, item) => {
        if (item._tag === 'AccountDataUpdated') draft.rows.push(item.content['i']);
        if (draft.rows.length === 80) stop.abort();
      },
    });
    for (let i = 50; i < 80; i += 1) await engine.setAccountData(alice, null, 't', { i });
    await done;
    expect(rows()).toEqual(Array.from({ length: 80 }, (_, i) => i));
    expect(failed).toHaveLength(2);
    await engine.close();
  });

  test('goes on after its checkpoint, in another run', async () => {
    const { engine, source } = await world();
    const { database, rows } = memoryDatabase();
    const run = async (until: number): Promise<void> => {
      const stop = new AbortController();
      await consume({
        source,
        database,
        signal: stop.signal,
        batchSize: 1,
        handle: (draft, item) => {
          if (item._tag === 'AccountDataUpdated') draft.rows.push(item.content['i']);
          if (draft.rows.length === until) stop.abort();
        },
      });
    };
    for (let i = 0; i < 10; i += 1) await engine.setAccountData(alice, null, 't', { i });
    await run(4);
    await run(10);
    expect(rows()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await engine.close();
  });

  test('refuses a checkpoint of another log', async () => {
    const [one, two] = [await world(), await world()];
    const { database, checkpoint } = memoryDatabase();
    await one.engine.setAccountData(alice, null, 't', { i: 0 });
    const stop = new AbortController();
    await consume({
      source: one.source,
      database,
      signal: stop.signal,
      handle: () => undefined,
      onCheckpoint: () => {
        stop.abort();
      },
    });
    expect(checkpoint()?.logId).toBe(`${one.engine.logId}_0`);
    await expect(
      consume({ source: two.source, database, signal: new AbortController().signal, handle: () => undefined }),
    ).rejects.toBeInstanceOf(LogChanged);
    await Promise.all([one.engine.close(), two.engine.close()]);
  });
});
