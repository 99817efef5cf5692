import { describe, expect, it } from 'vitest';
import { makeTurns } from '../src/Turns.js';
import { systemRuntime } from '../src/systemRuntime.js';

const turnOfTheLoop = (): Promise<void> =>
  new Promise((resolve) => {
    systemRuntime.timers.defer(resolve);
  });

describe('turns', () => {
  it('let work go on at once until the limit of the turn is spent', async () => {
    const turns = makeTurns(systemRuntime, { bytes: 100, milliseconds: 10_000 });
    expect(turns.next()).toBeUndefined();
    turns.spend(60);
    expect(turns.next()).toBeUndefined();
    turns.spend(60);
    const later = turns.next();
    expect(later).toBeInstanceOf(Promise);
    await later;
    await turnOfTheLoop();
    expect(turns.next()).toBeUndefined();
  });

  it('hand out turns in the order of asking, and never more than a slice over the limit in one', async () => {
    const perTurn: Array<number> = [];
    const turns = makeTurns(systemRuntime, { bytes: 100, milliseconds: 10_000, onTurn: (bytes) => perTurn.push(bytes) });
    const order: Array<string> = [];
    const work = async (name: string): Promise<void> => {
      for (let slice = 0; slice < 5; slice += 1) {
        await turns.next();
        order.push(name);
        turns.spend(70);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    await turnOfTheLoop();
    expect(order).toHaveLength(15);
    expect(order.slice(0, 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    expect(perTurn.reduce((sum, bytes) => sum + bytes, 0)).toBe(15 * 70);
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(140);
  });

  it('let other work of the loop in between', async () => {
    const turns = makeTurns(systemRuntime, { bytes: 1, milliseconds: 10_000 });
    let others = 0;
    let done = false;
    const other = (): void => {
      others += 1;
      if (!done) systemRuntime.timers.defer(other);
    };
    other();
    for (let slice = 0; slice < 20; slice += 1) {
      await turns.next();
      turns.spend(1);
    }
    done = true;
    expect(others).toBeGreaterThanOrEqual(19);
  });
});
