import { pause } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { lookOf } from '../output/look.js';
import { type OutputOptions } from '../output/writeRows.js';
import { type Refusal, renderRefusal } from '../Refusal.js';
import type { Screen, World } from '../World.js';

/** Whether something is looked at again and again, and how often. @category model */
export interface WatchOptions {
  readonly watch?: true | undefined;
  /** Seconds between two looks. */
  readonly interval?: number | undefined;
}

/** Seconds between two looks, unless it is said otherwise. @category constants */
export const usualInterval = 2;

interface Watched<A> {
  readonly world: World;
  readonly interval: number;
  readonly look: TE.TaskEither<Refusal, A>;
  readonly show: (world: World, seen: A) => Promise<void>;
}

type Looked<A> = E.Either<Refusal, A>;

/** Looks until the world is stopped. The first look has to succeed; of a later one that does not, it is told, as a server may be started anew. */
const watching = async <A>({ world, interval, look }: Watched<A>, tell: (looked: Looked<A>) => Promise<void>): Promise<E.Either<Refusal, void>> => {
  const isStopped = (): boolean => world.stopped.aborted;
  for (let isFirst = true; !isStopped(); isFirst = false) {
    const looked = await look();
    if (isStopped()) break;
    if (isFirst && E.isLeft(looked)) return looked;
    await tell(looked);
    await pause(world.runtime, interval * 1_000, { signal: world.stopped });
  }
  return E.right(undefined);
};

interface Written {
  readonly output: string;
  readonly errors: string;
}

/** What would be written, on a terminal of so many columns where that is given. */
const written = async (world: World, columns: number | undefined, show: (world: World) => Promise<void>): Promise<Written> => {
  const { page: _, terminal, ...rest } = world;
  const text = { output: '', errors: '' };
  await show({
    ...rest,
    ...(terminal === undefined ? {} : { terminal: { ...terminal, columns: columns ?? terminal.columns } }),
    write: (more) => {
      text.output += more;
      return Promise.resolve();
    },
    writeError: (more) => {
      text.errors += more;
    },
  });
  return text;
};

/** What differs from what was told before is written after it. */
const appended = <A>(watched: Watched<A>): Promise<E.Either<Refusal, void>> => {
  const { world, show } = watched;
  let before: Written = { output: '', errors: '' };
  return watching(watched, async (looked) => {
    const now = E.isLeft(looked) ? { output: '', errors: renderRefusal(looked.left, false) } : await written(world, undefined, (shown) => show(shown, looked.right));
    if (now.output === before.output && now.errors === before.errors) return;
    before = now;
    if (now.errors !== '') world.writeError(now.errors);
    await world.write(now.output);
  });
};

/** The lines that fit, and how many there would be more. */
const fitting = (lines: ReadonlyArray<string>, rows: number): ReadonlyArray<string> =>
  lines.length <= rows ? lines : [...lines.slice(0, Math.max(0, rows - 1)), `(${String(lines.length - rows + 1)} more lines)`];

const clockText = (time: number): string => `${new Date(time).toISOString().slice(11, 19)}Z`;

/** What is seen takes the place of what was seen before, on a screen of its own. */
const onScreen = async <A>(watched: Watched<A>, open: () => Promise<Screen>): Promise<E.Either<Refusal, void>> => {
  const { world, interval, show } = watched;
  const painted = lookOf(world);
  let screen: Screen | undefined;
  let seen: { readonly value: A; readonly time: number } | undefined;
  let failure: Refusal | undefined;
  const draw = async (): Promise<void> => {
    if (screen === undefined || seen === undefined) return;
    const { value, time } = seen;
    const { columns, rows } = screen.size();
    const { output, errors } = await written(world, columns, (shown) => show(shown, value));
    const said = failure === undefined ? [] : renderRefusal(failure, false).trimEnd().split('\n');
    const head = painted.paint('faint', `Every ${String(interval)} s, ${failure === undefined ? '' : 'last seen '}at ${clockText(time)}; q ends`);
    screen.draw(fitting([head, ...said, '', ...`${output}${errors}`.trimEnd().split('\n')], rows).join('\n'));
  };
  try {
    return await watching(watched, async (looked) => {
      if (E.isRight(looked)) seen = { value: looked.right, time: world.runtime.clock.now() };
      failure = E.isLeft(looked) ? looked.left : undefined;
      if (screen === undefined) {
        screen = await open();
        screen.onResize(() => void draw());
      }
      await draw();
    });
  } finally {
    screen?.close();
  }
};

/** Whether results are written for people's eyes. */
const isForEyes = ({ json, output }: OutputOptions): boolean => json !== true && (output === undefined || output === 'table' || output === 'wide');

/**
 * Shows what a look sees; with `watch` again and again until the world is stopped: on a terminal in the place of what was
 * there, elsewhere after it, where it is another.
 *
 * @category combinators
 */
export const watched = <A>(
  world: World,
  options: WatchOptions & OutputOptions,
  look: TE.TaskEither<Refusal, A>,
  show: (world: World, seen: A) => Promise<void>,
): TE.TaskEither<Refusal, void> => {
  if (options.watch !== true) return pipe(look, TE.flatMapTask((seen) => () => show(world, seen)));
  const all: Watched<A> = { world, interval: options.interval ?? usualInterval, look, show };
  const { openScreen } = world;
  return () => (openScreen === undefined || !isForEyes(options) ? appended(all) : onScreen(all, openScreen));
};
