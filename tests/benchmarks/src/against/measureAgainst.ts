import { join } from 'node:path';
import type { Arguments } from '../Arguments.js';
import { type Build, type Measurement, readMeasurements, runIn } from './Build.js';
import { buildCommit } from './buildCommit.js';
import { type Comparison, inTurns } from './inTurns.js';

/** One round of a figure by a build's own benchmarks, as its own users run them. */
const roundOf =
  ({ path }: Build, name: string, { seconds, warmUp, pin }: Arguments, signal: AbortSignal) =>
  async (): Promise<ReadonlyArray<Measurement>> => {
    const settings = ['--rounds', '1', '--seconds', String(seconds), '--warm-up', String(warmUp), ...(pin ? ['--pin'] : [])];
    return readMeasurements(
      await runIn(path, process.execPath, [join(path, 'tests/benchmarks/dist/main.js'), '--json', '--only', name, ...settings], signal),
    );
  };

/**
 * Measures figures of this checkout and of a commit, which is built beside it, round by round in turns. Tells each
 * comparison as it is there; true where all could be measured.
 */
export const measureAgainst = async (
  checkout: string,
  commit: string,
  names: ReadonlyArray<string>,
  args: Arguments,
  signal: AbortSignal,
  tell: { readonly progress: (text: string) => void; readonly comparison: (comparison: Comparison, then: string) => void },
): Promise<boolean> => {
  tell.progress(`Building ${commit} beside this checkout …`);
  const built = await buildCommit(checkout, commit, signal);
  let complete = true;
  try {
    for (const name of names) {
      tell.progress(`${name} …`);
      try {
        const round = (build: Build) => roundOf(build, name, args, signal);
        const comparisons = await inTurns(args.rounds, round({ name: 'now', path: checkout }), round(built));
        for (const comparison of comparisons) tell.comparison(comparison, built.name);
      } catch (error) {
        if (signal.aborted) return false;
        const message = error instanceof Error ? error.message : String(error);
        const isNew = message.includes('There is no figure');
        // Asked for by name, it is missed.
        complete &&= isNew && args.only === undefined;
        tell.progress(`${name}: not compared: ${isNew ? `${built.name} does not measure it` : message}`);
      }
    }
  } finally {
    await built.remove();
  }
  return complete;
};
