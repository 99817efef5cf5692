import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type Progress, progressText, type Steps, stepsText } from '../output/progressText.js';
import type { World } from '../World.js';
import { whileRunning } from './whileRunning.js';

/** Milliseconds between two looks at how far it is. */
const lookEvery = 500;

/** Of a terminal whose width is not known. */
const usualColumns = 80;

const clear = '\r\u001b[K';

/** Shows in a line on standard error how far something is while it runs, where a terminal shows that, and takes the line away when it is through. */
export const withProgress =
  <E, A>(world: World, label: string, look: () => Promise<Progress | Steps | undefined>, run: TE.TaskEither<E, A>): TE.TaskEither<E, A> =>
  async () => {
    if (world.isTerminal !== true) return run();
    const columns = (world.terminal?.columns ?? usualColumns) - 1;
    const show = (progress: Progress | Steps | undefined): void => {
      if (progress !== undefined) world.writeError(`${clear}${'elapsed' in progress ? stepsText(label, progress, columns) : progressText(label, progress, columns)}`);
    };
    // That it can't be told how far it is does not matter to what runs.
    const lookSafely = (): Promise<Progress | Steps | undefined> => look().catch(() => undefined);
    try {
      return await whileRunning(world, lookEvery, lookSafely, show, run)();
    } finally {
      world.writeError(clear);
    }
  };

/** The same of what tells nothing but that it is not through: how long it has run. */
export const withElapsed = <E, A>(world: World, label: string, run: TE.TaskEither<E, A>): TE.TaskEither<E, A> => {
  const { clock } = world.runtime;
  const begun = clock.monotonic();
  return withProgress(world, label, () => Promise.resolve({ elapsed: clock.monotonic() - begun }), run);
};

/** Lines that are counted as they go by. */
export interface CountedLines {
  readonly lines: AsyncIterable<string>;
  readonly look: () => Promise<Progress | undefined>;
}

/** Counts lines; `size` is how many bytes they have in all, with the ends of lines, where that is known. */
export const countedLines = ({ runtime }: Pick<World, 'runtime'>, lines: AsyncIterable<string>, unit: string, size?: number): CountedLines => {
  const begun = runtime.clock.monotonic();
  let count = 0;
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<string, void, void> {
    for await (const line of lines) {
      count += 1;
      bytes += Buffer.byteLength(line) + 1;
      yield line;
    }
  };
  return {
    lines: counted(),
    look: () => {
      const elapsed = Math.max(1, runtime.clock.monotonic() - begun);
      const fraction = size === undefined || size === 0 ? undefined : Math.min(1, bytes / size);
      return Promise.resolve({
        count,
        unit,
        rate: (count * 1_000) / elapsed,
        ...(fraction === undefined ? {} : { fraction }),
        ...(fraction === undefined || fraction === 0 ? {} : { remaining: (elapsed * (1 - fraction)) / fraction }),
      });
    },
  };
};
