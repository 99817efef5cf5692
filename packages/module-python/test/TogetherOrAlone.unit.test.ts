import { expect, it } from 'vitest';
import { TogetherOrAlone } from '../src/TogetherOrAlone.js';

it('runs work side by side, and what wants to be alone with nothing beside it, before what came after', async () => {
  const turns = new TogetherOrAlone();
  const order: Array<string> = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, alone: boolean): Promise<void> =>
    turns.run(alone, async () => {
      order.push(name);
      await new Promise<void>((end) => ends.set(name, end));
    });
  const runs = [run('a', false), run('b', false), run('c', true), run('d', false), run('e', true)];
  const after = async (name: string): Promise<ReadonlyArray<string>> => {
    ends.get(name)?.();
    await new Promise(setImmediate);
    return order.splice(0);
  };
  await new Promise(setImmediate);
  expect(order.splice(0)).toEqual(['a', 'b']);
  expect(await after('a')).toEqual([]);
  expect(await after('b')).toEqual(['c']);
  expect(await after('c')).toEqual(['e']);
  expect(await after('e')).toEqual(['d']);
  await after('d');
  await Promise.all(runs);
});

it('goes on after work that failed', async () => {
  const turns = new TogetherOrAlone();
  await expect(turns.run(true, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.run(true, async () => 1)).toBe(1);
});
