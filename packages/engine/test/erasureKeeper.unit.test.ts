import { streamNames } from '@account-data/domain';
import { createInMemoryEventStore } from '@account-data/event-store';
import { simulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import type { UserId } from '@account-data/domain';
import type { ErasureStep } from '../src/index.js';
import { erasureKeeper } from '../src/erasure/erasureKeeper.js';
import { type ErasureContext, unfinishedErasures } from '../src/erasure/erasures.js';

const alice = '@alice:example.org' as UserId;

/** A step that reaches outside: it answers, fails or hangs until it is told to end. */
const outside = () => {
  const state = { mode: 'answers' as 'answers' | 'fails' | 'hangs', runs: 0, ended: 0 };
  const step: ErasureStep = {
    step: 'redactions',
    run: async (_userId, signal, tell) => {
      state.runs += 1;
      tell?.(3, 8);
      if (state.mode === 'fails') throw new Error('down');
      if (state.mode === 'hangs') {
        await new Promise<void>((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            state.ended += 1;
            reject(new Error('given up'));
          });
        });
      }
      return { removed: ['3 messages'], remains: ['1 message in !r:example.org: $a'] };
    },
  };
  return { state, step };
};

const world = () => {
  const runtime = simulatedRuntime({ seed: 1 });
  const store = createInMemoryEventStore({ runtime });
  const { state, step } = outside();
  const names = streamNames();
  const logged: Array<string> = [];
  const context: ErasureContext = { store, runtime, names, logId: 'log', steps: [step], projected: () => Promise.resolve('shown') };
  const keeper = erasureKeeper(context, { log: (level, message, fields) => void logged.push(`${level} ${message} ${String(fields['remains'] ?? '')}`) });
  const isFinished = async (): Promise<boolean> => {
    const unfinished = await unfinishedErasures({ store, names })();
    return E.isRight(unfinished) && unfinished.right.length === 0;
  };
  return { runtime, state, keeper, logged, isFinished, context };
};

test('an erasure that failed is tried again every minute until it is done, and what remains is logged', async () => {
  const { runtime, state, keeper, logged, isFinished } = world();
  state.mode = 'fails';
  const first = await keeper.erase(alice)();
  expect(first).toMatchObject({ left: { code: 'erasure_incomplete', step: 'redactions' } });
  await runtime.advance(60_000);
  expect([state.runs, await isFinished()]).toEqual([2, false]);
  state.mode = 'answers';
  await runtime.advance(60_000);
  expect([state.runs, await isFinished()]).toEqual([3, true]);
  expect(logged.at(-1)).toBe('warn Something about an erased user remains 1 message in !r:example.org: $a');
  await runtime.advance(600_000);
  expect(state.runs).toBe(3);
});

test('a caller does not wait for ever for the world outside, and the rest goes on without it', async () => {
  const { runtime, state, keeper, isFinished } = world();
  state.mode = 'hangs';
  const erased = keeper.erase(alice)();
  await runtime.advance(25_000);
  expect(await erased).toMatchObject({ left: { code: 'erasure_incomplete' } });
  expect(state.ended).toBe(1);
  state.mode = 'answers';
  await runtime.advance(60_000);
  expect(await isFinished()).toBe(true);
});

test('how far it is, is told while it runs, whoever asked for it, and no longer', async () => {
  const { runtime, state, keeper, context } = world();
  const quiet: ErasureStep = { step: 'streams', run: () => Promise.resolve({ removed: [], remains: [] }) };
  const both = erasureKeeper({ ...context, steps: [quiet, ...context.steps] }, undefined);
  const at = { userId: alice, step: 'redactions', stepsDone: 1, steps: 2, removed: 3, toRemove: 8 };
  state.mode = 'hangs';
  const erased = both.erase(alice)();
  await runtime.advance(1);
  expect(both.running()).toEqual([at]);
  await runtime.advance(25_000);
  await erased;
  expect(both.running()).toEqual([]);
  await runtime.advance(60_000);
  expect(both.running()).toEqual([at]);
  await both.close();
  expect(both.running()).toEqual([]);
  await keeper.close();
});

test('a start waits for the world outside for a moment only', async () => {
  const { runtime, state, keeper, context, isFinished } = world();
  state.mode = 'fails';
  await keeper.erase(alice)();
  await keeper.close();
  state.mode = 'hangs';
  const next = erasureKeeper(context, undefined);
  const resumed = next.resume()();
  await runtime.advance(5_000);
  expect(E.isRight(await resumed)).toBe(true);
  expect(await isFinished()).toBe(false);
  state.mode = 'answers';
  await runtime.advance(60_000);
  expect(await isFinished()).toBe(true);
  await next.close();
});

test('closing ends what runs in the background', async () => {
  const { runtime, state, keeper, isFinished } = world();
  state.mode = 'fails';
  await keeper.erase(alice)();
  state.mode = 'hangs';
  await runtime.advance(60_000);
  await keeper.close();
  expect([state.ended, await isFinished()]).toEqual([1, false]);
  await runtime.advance(600_000);
  expect(state.runs).toBe(2);
});
