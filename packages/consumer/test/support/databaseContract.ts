import { createAccountDataEngine, type FeedEvent, feedSource } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { consume, type Handler, type Migration, MigrationsDiffer, rebuild, trackConsumer } from '../../src/index.js';
import type { DatabaseKind } from './databases.js';

const migrations: ReadonlyArray<Migration> = [
  { name: '1 changes', sql: 'CREATE TABLE changes (user_id TEXT PRIMARY KEY, count INTEGER NOT NULL); CREATE INDEX by_count ON changes (count)' },
];
const rebuilt: ReadonlyArray<Migration> = [
  { name: '1 types', sql: 'CREATE TABLE changes (user_id TEXT, type TEXT, count INTEGER NOT NULL, PRIMARY KEY (user_id, type)); CREATE VIEW totals AS SELECT SUM(count) AS total FROM changes' },
];

const world = async () => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
  onTestFinished(() => engine.close());
  const change = async (times: number, type = 't'): Promise<void> => {
    for (let i = 0; i < times; i += 1) await engine.setAccountData(`@u${String(i % 3)}:example.org`, null, type, { i });
  };
  return { source: feedSource(engine), change };
};

/** What every database of a consumer does. */
export const databaseContract = <Transaction>(make: () => Promise<DatabaseKind<Transaction>>): void => {
  type Handle = Handler<FeedEvent, Transaction>;

  const counting = ({ run }: DatabaseKind<Transaction>): Handle => async (transaction, item) => {
    if (item._tag !== 'AccountDataUpdated') return;
    await run(transaction, 'INSERT INTO changes VALUES (?, 1) ON CONFLICT (user_id) DO UPDATE SET count = changes.count + 1', item.userId);
  };
  const countingTypes = ({ run }: DatabaseKind<Transaction>): Handle => async (transaction, item) => {
    if (item._tag !== 'AccountDataUpdated') return;
    await run(transaction, 'INSERT INTO changes VALUES (?, ?, 1) ON CONFLICT (user_id, type) DO UPDATE SET count = changes.count + 1', item.userId, item.type);
  };
  const total = async ({ read }: DatabaseKind<Transaction>): Promise<number> => {
    const [row] = await read('SELECT COALESCE(SUM(count), 0) AS total FROM changes');
    return Number(row?.['total']);
  };
  /** A consumer that is stopped at the end of the test, and a wait for a total. */
  const start = (kind: DatabaseKind<Transaction>, options: Omit<Parameters<typeof consume<FeedEvent, Transaction>>[0], 'signal'>) => {
    const stop = new AbortController();
    const checkpoints: Array<() => void> = [];
    const done = consume({
      ...options,
      signal: stop.signal,
      onCheckpoint: (checkpoint, batch) => {
        options.onCheckpoint?.(checkpoint, batch);
        for (const wake of checkpoints.splice(0)) wake();
      },
    });
    const end = async (): Promise<void> => {
      stop.abort();
      await done;
    };
    onTestFinished(end);
    const reaches = async (wanted: number): Promise<void> => {
      for (;;) {
        const next = new Promise<void>((resolve) => checkpoints.push(resolve));
        if ((await total(kind)) >= wanted) return;
        await next;
      }
    };
    return { end, reaches };
  };

  test('several handlers keep what they do with the checkpoint, or nothing', async () => {
    const [{ source, change }, kind] = [await world(), await make()];
    const database = await kind.open([...migrations, { name: '2 seen', sql: 'CREATE TABLE seen (type TEXT)' }]);
    await change(6);
    const tracker = trackConsumer();
    let refusals = 2;
    const consumer = start(kind, {
      source,
      database,
      ...tracker,
      handle: [
        counting(kind),
        async (transaction, item) => {
          if (item._tag === 'AccountDataUpdated') await kind.run(transaction, 'INSERT INTO seen VALUES (?)', item.type);
          if ((refusals -= 1) >= 0) throw new Error('not now');
        },
      ],
    });
    await consumer.reaches(6);
    expect((await kind.read('SELECT COUNT(*) AS seen FROM seen')).map(({ seen }) => Number(seen))).toEqual([6]);
    expect(tracker.status()).toMatchObject({ items: 6, failures: 2, failingFor: 0 });
    expect(tracker.status().position).toBe(await source.head());
    expect(tracker.status().lag).toBeGreaterThanOrEqual(0);
  });

  test('migrations are applied once and in order, and tables of other ones are refused', async () => {
    const kind = await make();
    await kind.open(migrations);
    const more = [...migrations, { name: '2 note', sql: "ALTER TABLE changes ADD COLUMN note TEXT NOT NULL DEFAULT ''" }];
    await kind.open(more);
    await kind.open(more);
    expect(await kind.read('SELECT note FROM changes')).toEqual([]);
    await expect(kind.open(migrations)).rejects.toThrow(MigrationsDiffer);
    await expect(kind.open(rebuilt)).rejects.toMatchObject({ code: 'migrations_differ' });
    // One that fails leaves nothing.
    await expect(kind.open([...more, { name: '3', sql: 'CREATE TABLE three (n INTEGER); CREATE TABLE three (n INTEGER)' }])).rejects.toThrow();
    await kind.open([...more, { name: '3', sql: 'CREATE TABLE three (n INTEGER)' }]);
  });

  test('two consumers of the same tables handle each item once', async () => {
    const [{ source, change }, kind] = [await world(), await make()];
    const moved: Array<unknown> = [];
    const options = { source, handle: counting(kind), batchSize: 2, batchDelay: 1, onFailure: (error: unknown) => moved.push(error) };
    const one = start(kind, { ...options, database: await kind.open(migrations) });
    const two = start(kind, { ...options, database: await kind.open(migrations) });
    await change(30);
    await Promise.race([one.reaches(30), two.reaches(30)]);
    await Promise.all([one.end(), two.end()]);
    expect(await total(kind)).toBe(30);
    expect(moved.filter((error) => (error as { readonly code?: unknown }).code !== 'checkpoint_moved')).toEqual([]);
  });

  test('a rebuild takes the place of tables that are read and fed meanwhile', async () => {
    const [{ source, change }, kind] = [await world(), await make()];
    await change(9);
    const live = start(kind, { source, database: await kind.open(migrations), handle: counting(kind) });
    await live.reaches(9);
    const options = { source, database: await kind.open(rebuilt, false), version: '2', handle: countingTypes(kind), batchSize: 4 };
    let during: Promise<void> | undefined;
    const done = await rebuild({
      ...options,
      signal: new AbortController().signal,
      onCheckpoint: () => {
        during ??= change(3, 'u');
      },
    });
    expect(done).toBe(true);
    await during;
    await live.end();
    const after = start(kind, { source, database: await kind.open(rebuilt), handle: countingTypes(kind) });
    await after.reaches(12);
    expect((await kind.read('SELECT type, SUM(count) AS n FROM changes GROUP BY type ORDER BY type')).map(({ type, n }) => [type, Number(n)])).toEqual([
      ['t', 9],
      ['u', 3],
    ]);
    expect((await kind.read('SELECT total FROM totals')).map((row) => Number(row['total']))).toEqual([12]);
  });

  test('a stopped rebuild goes on where it was, and begins anew for another version or another log', async () => {
    const [one, other, kind] = [await world(), await world(), await make()];
    await one.change(8);
    await other.change(5);
    const database = await kind.open(migrations);
    const handled: Array<number> = [];
    const attempt = async (version: string, source: typeof one.source, stopAt: number): Promise<boolean> => {
      const stop = new AbortController();
      let items = 0;
      const done = await rebuild({
        ...{ source, database, version, signal: stop.signal, batchSize: 2, handle: counting(kind) },
        onCheckpoint: (_checkpoint, batch) => {
          items += batch.items;
          if (items >= stopAt) stop.abort();
        },
      });
      handled.push(items);
      return done;
    };
    expect(await attempt('a', one.source, 4)).toBe(false);
    expect(await total(kind)).toBe(0);
    expect(await attempt('b', one.source, 2)).toBe(false);
    expect(await attempt('b', one.source, Infinity)).toBe(true);
    expect(await total(kind)).toBe(8);
    expect(handled.slice(0, 2)).toEqual([4, 2]);
    expect(handled[2]).toBeLessThan(8);
    // The live tables are of one log, and what was left unfinished too.
    expect(await attempt('c', one.source, 2)).toBe(false);
    expect(await attempt('c', other.source, Infinity)).toBe(true);
    expect(await total(kind)).toBe(5);
  });
};
