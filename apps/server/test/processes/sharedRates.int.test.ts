import { systemRuntime } from '@account-data/runtime';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeRateLimiter } from '../../src/limits/RateLimiter.js';
import { answerAtSocket, askAtSocket } from '../../src/processes/innerSocket.js';
import { answerRates, type OwnersRates, ratesOfOwner } from '../../src/processes/sharedRates.js';

const clock = { ...systemRuntime.clock, monotonic: () => 0 };

describe('rates that the owner of the log counts for all processes', () => {
  let socket: string;

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'account-data-rates-'));
    socket = join(folder, 'rates.sock');
    return () => rm(folder, { recursive: true });
  });

  const other = (): OwnersRates => {
    const rates = ratesOfOwner(socket, systemRuntime.timers);
    onTestFinished(rates.close);
    return rates;
  };

  it('let a principal have what it may and not one request more, whichever process it asks, and all at once', async () => {
    const rates = makeRateLimiter({ perSecond: 1, burst: 10, clock });
    onTestFinished(await answerRates(socket, rates));
    const [first, second] = [other(), other()];
    const waits = await Promise.all(Array.from({ length: 40 }, async (_, n) => [first, second, rates][n % 3]?.bucketOf('alice').take()));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
    expect(new Set(waits)).toEqual(new Set([0, 1_000]));
    expect(await second.bucketOf('bob').take()).toBe(0);
  });

  it('are asked once for all that comes in a turn, or while a question is under way', async () => {
    const questions: Array<unknown> = [];
    const held: Array<() => void> = [];
    onTestFinished(
      await answerAtSocket(socket, async (asked) => {
        questions.push(asked);
        if (questions.length === 1) await new Promise<void>((resolve) => held.push(resolve));
        return (asked as ReadonlyArray<string>).map((_, nth) => nth);
      }),
    );
    const rates = other();
    const take = (id: string) => rates.bucketOf(id).take();
    const before = [take('a'), take('b')];
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const meanwhile = ['c', 'd', 'e'].map(take);
    held[0]?.();
    expect(await Promise.all([...before, ...meanwhile])).toEqual([0, 1, 0, 1, 2]);
    expect(questions).toEqual([['a', 'b'], ['c', 'd', 'e']]);
  });

  it('let nothing in that could not be counted: without an owner, or by an answer that is none', async () => {
    const take = () => other().bucketOf('alice').take();
    expect(await take()).toBeUndefined();
    const end = await answerAtSocket(socket, () => Promise.resolve({ not: 'waits' }));
    expect(await take()).toBeUndefined();
    await end();
    onTestFinished(await answerRates(socket, makeRateLimiter({ perSecond: 1, burst: 1, clock })));
    expect(await take()).toBe(0);
  });

  it('count principals and nothing else', async () => {
    onTestFinished(await answerRates(socket, makeRateLimiter({ perSecond: 1, burst: 1, clock })));
    for (const question of [undefined, 'alice', [7], { id: 'alice' }]) await expect(askAtSocket(socket, 60_000, { question })).rejects.toThrow();
    expect(await askAtSocket(socket, 60_000, { question: ['alice', 'alice'] })).toEqual([0, 1_000]);
  });
});
