import { Revision, type Position } from '@account-data/event-store';
import { simulatedRuntime, systemRuntime } from '@account-data/runtime';
import { describe, expect, it, vi } from 'vitest';
import { memoryProjectionStorage, type LogHistoryQuery, type StorageProvider } from '../src/index.js';
import { alice, bob, right, room, setUp } from './harness.js';

/** A projection on a log that goes on by itself; only the writing behind goes by the simulated time. */
const setUpWriter = async () => {
  const { timers, advance } = simulatedRuntime({ seed: 1 });
  const { log, projection } = await setUp({ runtime: { ...systemRuntime, timers } });
  await projection.flush();
  const put = async (n: number): Promise<void> => {
    await log.set(alice, null, 'a', { n });
    expect(await projection.waitForRevision(log.names.accountData(alice), Revision(n), 5_000)).toBe(true);
  };
  return { projection, put, advance };
};

describe('changes that are written behind', () => {
  it('are written at the first pause of a second', async () => {
    const { projection, put, advance } = await setUpWriter();
    for (let n = 0; n < 4; n += 1) {
      await put(n);
      await advance(900);
    }
    expect(projection.health().unwrittenEvents).toBe(4);
    await advance(1_000);
    await vi.waitFor(() => { expect(projection.health()).toMatchObject({ unwrittenEvents: 0, writtenPosition: projection.position() }); });
    await projection.close();
  });

  it('are written after a minute, though others come all the time', async () => {
    const { projection, put, advance } = await setUpWriter();
    for (let n = 0; n < 120; n += 1) {
      await put(n);
      await advance(500);
      if (n === 118) expect(projection.health().unwrittenEvents).toBe(119);
    }
    await vi.waitFor(() => { expect(projection.health().unwrittenEvents).toBe(0); });
    await projection.close();
  });

  it('are on a page across users, in the order of the log, before, while and after they are written', async () => {
    let mayWrite = Promise.resolve();
    const provider = memoryProjectionStorage();
    const storage: StorageProvider = {
      ...provider,
      open: async (name) => {
        const opened = await provider.open(name);
        return { ...opened, write: (fill) => mayWrite.then(() => opened.write(fill)) };
      },
    };
    const { log, projection } = await setUp({ storage });
    const put = async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n += 1) {
        await log.set(n % 3 === 0 ? bob : alice, null, 'a', { n });
        // Rows that are on no such page.
        if (n % 4 === 0) await log.setTag(alice, room, `t${n}`);
      }
      await projection.waitForPosition((await right(log.store.head())) as Position, 5_000);
    };
    const numbersOf = async (query: LogHistoryQuery): Promise<ReadonlyArray<unknown>> => {
      const all: Array<unknown> = [];
      for (let from: Position | undefined, isFirst = true; isFirst || from !== undefined; isFirst = false) {
        const page = await right(projection.logHistory({ ...query, limit: 7, ...(from === undefined ? {} : { from }) }));
        all.push(...page.entries.map(({ content }) => content));
        from = page.next;
      }
      return all;
    };
    const expectAll = async (count: number): Promise<void> => {
      const all = Array.from({ length: count }, (_none, n) => ({ n }));
      expect(await numbersOf({ direction: 'forwards' })).toEqual(all);
      expect(await numbersOf({ direction: 'backwards' })).toEqual([...all].reverse());
    };
    await put(0, 20);
    await projection.flush();
    await put(20, 40);
    let write = (): void => undefined;
    mayWrite = new Promise((resolve) => { write = resolve; });
    const flushed = projection.flush();
    await put(40, 60);
    expect(projection.health().unwrittenEvents).toBeGreaterThan(40);
    await expectAll(60);
    write();
    await flushed;
    await expectAll(60);
    await projection.flush();
    await expectAll(60);
    await projection.close();
  });
});
