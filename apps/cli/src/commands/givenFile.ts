import * as TE from 'fp-ts/lib/TaskEither.js';
import type { World } from '../World.js';

/** A file that an argument names: `~/` is the home folder, also where no shell sees it (`--sqlite=~/…`, quotes). */
export const givenFile = (file: string, { env }: Pick<World, 'env'>): TE.TaskEither<never, string> =>
  TE.fromTask(async () => {
    const { expandHome } = await import('@account-data/server/configuration');
    return expandHome(file, env);
  });

/** The same of an option. */
export const givenFileIfAny = (file: string | undefined, world: Pick<World, 'env'>): TE.TaskEither<never, string | undefined> =>
  file === undefined ? TE.right(undefined) : givenFile(file, world);
