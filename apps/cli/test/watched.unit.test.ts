import { simulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, it } from 'vitest';
import { type WatchOptions, watched } from '../src/commands/watched.js';
import { type OutputOptions, writeOne } from '../src/output/writeRows.js';
import { type Refusal, refusal } from '../src/Refusal.js';
import type { World } from '../src/World.js';

const failed = refusal('server_unreachable', 'No answer.');

interface Told {
  readonly result: E.Either<Refusal, void>;
  readonly output: string;
  readonly errors: string;
  readonly drawn: ReadonlyArray<string>;
}

/** Watches what each look sees, until the last one; `resize` is another height of the terminal after the last look. */
const watch = async (seen: ReadonlyArray<number | Refusal>, options: WatchOptions & OutputOptions = {}, { rows = 24, hasScreen = false, resizedTo = 0 } = {}): Promise<Told> => {
  const stop = new AbortController();
  const waiting = [...seen];
  const told = { output: '', errors: '', drawn: [] as Array<string> };
  let height = rows;
  let isClosed = false;
  let onResize = (): void => undefined;
  const simulated = simulatedRuntime({ seed: 1, startAt: Date.UTC(2025, 2, 1, 9, 30) });
  const timers = {
    ...simulated.timers,
    setTimeout: (callback: () => void, milliseconds: number): (() => void) => {
      expect(milliseconds).toBe(5_000);
      if (waiting.length > 0) queueMicrotask(callback);
      else {
        if (resizedTo > 0) {
          height = resizedTo;
          onResize();
        }
        setImmediate(() => {
          stop.abort();
        });
      }
      return () => undefined;
    },
  };
  const none = (): Promise<never> => Promise.reject(new Error('Nothing of this is looked at.'));
  const world: World = {
    env: {},
    version: '1.2.3',
    cwd: '/',
    userName: 'ops',
    readInput: none,
    async *readLines () {
      yield* [];
    },
    edit: none,
    runtime: { ...simulated, timers },
    stopped: stop.signal,
    write: (text: string) => {
      told.output += text;
      return Promise.resolve();
    },
    writeError: (text: string) => {
      told.errors += text;
    },
    page: () => Promise.reject(new Error('It goes through no pager.')),
    ...(hasScreen
      ? {
          terminal: { columns: 80, hasColors: false },
          openScreen: () =>
            Promise.resolve({
              size: () => ({ columns: 40, rows: height }),
              draw: (text: string) => {
                expect(isClosed).toBe(false);
                told.drawn.push(text);
              },
              onResize: (listener: () => void) => {
                onResize = listener;
              },
              close: () => {
                isClosed = true;
              },
            }),
        }
      : {}),
  };
  const look: TE.TaskEither<Refusal, number> = () => {
    const next = waiting.shift() ?? 0;
    return Promise.resolve(typeof next === 'number' ? E.right(next) : E.left(next));
  };
  const form = { json: (n: number) => ({ n }), text: (n: number) => `${'line\n'.repeat(2)}n ${String(n)}\n`, columns: ['n'] };
  const show = async (shown: World, n: number): Promise<void> => {
    await shown.page?.();
    if (n === 0) shown.writeError('There is none.\n');
    else await writeOne(shown, options, form, n);
  };
  const result = await watched(world, { watch: true, interval: 5, ...options }, look, show)();
  expect(isClosed).toBe(told.drawn.length > 0);
  return { result, ...told };
};

const done = E.right(undefined);

it('what is another than before is written after it, where no terminal shows it', async () => {
  expect(await watch([1, 1, 2, failed, failed, 2, 0, 0], { json: true })).toEqual({
    result: done,
    output: '{"n":1}\n{"n":2}\n{"n":2}\n',
    errors: 'account-data: No answer. (server_unreachable)\nThere is none.\n',
    drawn: [],
  });
});

it('what is first looked at has to be there', async () => {
  for (const hasScreen of [true, false]) expect(await watch([failed, 1], {}, { hasScreen })).toEqual({ result: E.left(failed), output: '', errors: '', drawn: [] });
});

it('on a terminal it takes the place of what was there; what goes wrong is said above what was seen last', async () => {
  const { result, output, errors, drawn } = await watch([1, 0, failed, 2], {}, { hasScreen: true });
  expect({ result, output, errors }).toEqual({ result: done, output: '', errors: '' });
  expect(drawn).toEqual([
    'Every 5 s, at 09:30:00Z; q ends\n\nline\nline\nn 1',
    'Every 5 s, at 09:30:00Z; q ends\n\nThere is none.',
    'Every 5 s, last seen at 09:30:00Z; q ends\naccount-data: No answer. (server_unreachable)\n\nThere is none.',
    'Every 5 s, at 09:30:00Z; q ends\n\nline\nline\nn 2',
  ]);
});

it('a screen shows no more lines than it has, and is drawn anew where it has another size', async () => {
  const { drawn } = await watch([1], {}, { hasScreen: true, rows: 4, resizedTo: 5 });
  expect(drawn).toEqual(['Every 5 s, at 09:30:00Z; q ends\n\nline\n(2 more lines)', 'Every 5 s, at 09:30:00Z; q ends\n\nline\nline\nn 1']);
});

it('what is for programs takes no screen', async () => {
  expect(await watch([1], { output: 'ndjson' }, { hasScreen: true })).toMatchObject({ result: done, output: '{"n":1}\n', drawn: [] });
});
