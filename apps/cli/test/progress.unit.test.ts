import { simulatedRuntime } from '@account-data/runtime';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it } from 'vitest';
import { countedLines, withElapsed, withProgress } from '../src/commands/withProgress.js';
import { progressText } from '../src/output/progressText.js';
import type { World } from '../src/World.js';

describe('progress', () => {
  it('has a bar, the rate and the time left where the end is known', () => {
    expect(progressText('Importing', { count: 1_234_567, unit: 'records', rate: 12_345.6, fraction: 0.456, remaining: 61_000 }, 100)).toBe(
      'Importing  [#########...........]  45 %  1,234,567 records, 12,346/s, 1:01 left',
    );
    expect(progressText('Importing', { count: 5, unit: 'records', rate: 1, fraction: 1, remaining: 3_723_000 }, 100)).toContain('100 %  5 records, 1/s, 1:02:03 left');
    expect(progressText('Exporting', { count: 999, unit: 'records', rate: 10 }, 100)).toBe('Exporting  999 records, 10/s');
    expect(progressText('Exporting', { count: 999, unit: 'records', rate: 10 }, 12)).toBe('Exporting  9');
  });

  it('is counted as lines go by', async () => {
    let now = 0;
    const runtime = { ...simulatedRuntime({ seed: 1 }), clock: { now: () => now, monotonic: () => now } };
    const source = async function* (): AsyncGenerator<string, void, void> {
      for (const line of ['abc', 'äb', 'c']) yield await Promise.resolve(line);
    };
    const counted = countedLines({ runtime }, source(), 'records', 16);
    const taken: Array<string> = [];
    for await (const line of counted.lines) {
      taken.push(line);
      if (taken.length === 2) break;
    }
    now = 2_000;
    expect(await counted.look()).toEqual({ count: 2, unit: 'records', rate: 1, fraction: 0.5, remaining: 2_000 });
  });

  /** A run that shows how far it is each time `fire` is called. */
  const shown = async (isTerminal: boolean): Promise<string> => {
    let text = '';
    let fire: (() => void) | undefined;
    let cancelled = 0;
    const { timers, ...runtime } = simulatedRuntime({ seed: 1 });
    const setBackgroundTimeout = (callback: () => void): (() => void) => {
      fire = callback;
      return () => {
        cancelled += 1;
      };
    };
    const world: Pick<World, 'isTerminal' | 'runtime' | 'writeError'> = {
      isTerminal,
      writeError: (more) => {
        text += more;
      },
      runtime: { ...runtime, timers: { ...timers, setBackgroundTimeout } },
    };
    const run = TE.fromTask(async () => {
      fire?.();
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      return 'done';
    });
    const look = (): Promise<{ count: number; unit: string; rate: number }> => Promise.resolve({ count: 3, unit: 'events', rate: 1 });
    expect(await withProgress(world as World, 'Rebuilding', look, run)()).toMatchObject({ right: 'done' });
    expect(cancelled).toBe(isTerminal ? 1 : 0);
    return text;
  };

  it('is how long it has run, of what nobody counts', async () => {
    let now = 5_000;
    const runtime = { ...simulatedRuntime({ seed: 1 }), clock: { now: () => now, monotonic: () => now } };
    let text = '';
    let fire: (() => void) | undefined;
    const timers = {
      ...runtime.timers,
      setBackgroundTimeout: (callback: () => void): (() => void) => {
        fire = callback;
        return () => undefined;
      },
    };
    const world: Pick<World, 'isTerminal' | 'runtime' | 'writeError'> = { isTerminal: true, runtime: { ...runtime, timers }, writeError: (more) => { text += more; } };
    await withElapsed(world as World, 'Erasing', TE.fromTask(async () => {
      now += 72_000;
      fire?.();
      await new Promise((resolve) => setImmediate(resolve));
    }))();
    expect(text).toBe('\r\u001b[KErasing  1:12\r\u001b[K');
  });

  it('is shown in one line on a terminal, which is taken away at the end, and nowhere else', async () => {
    expect(await shown(true)).toBe('\r\u001b[KRebuilding  3 events, 1/s\r\u001b[K');
    expect(await shown(false)).toBe('');
  });
});
