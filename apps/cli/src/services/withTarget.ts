import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Services, TargetOptions } from '../commands/Execution.js';
import { type Refusal, usageError } from '../Refusal.js';
import { refused } from '../target/refusalOf.js';
import type { World } from '../World.js';
import type { OpenTarget } from './OpenTarget.js';
import { placeOf } from './placeOf.js';
import { whileOpen } from '../whileOpen.js';

const openFolder = (options: TargetOptions, access: 'read' | 'change', world: World): TE.TaskEither<Refusal, OpenTarget> =>
  pipe(
    // Loaded only where a folder is worked on.
    TE.fromTask(() => import('./openFolder.js')),
    TE.flatMap((loaded) => loaded.openFolder(options, access, world)),
  );

const openServer = (options: TargetOptions, url: string, world: World): TE.TaskEither<Refusal, OpenTarget> =>
  options.dir === undefined
    ? pipe(
        TE.fromTask(() => import('./serverAt.js')),
        TE.flatMapEither((loaded) => loaded.serverAt(url, options.token, world)),
        TE.map(({ client, origin }) => ({ target: client, origin, close: () => Promise.resolve() })),
      )
    : TE.left(usageError('--url and --dir are two things to work on.', 'Give one of them.'));

/** What no folder has by itself. */
const openIndex = (options: TargetOptions, world: World): TE.TaskEither<Refusal, OpenTarget> =>
  pipe(
    TE.fromTask(() => import('./serverOfFolder.js')),
    TE.flatMap((loaded) => loaded.serverOfFolder(options, 'index', world)),
    TE.map(({ client, ...server }) => ({ target: client, ...server })),
  );

/** Opens a data folder or a server, as the options say, for the time of the work. */
export const withTarget =
  (world: World): Services['withTarget'] =>
  (options, access, work) =>
    whileOpen(
      pipe(
        placeOf(options, world),
        TE.flatMap((place) => {
          if (place.url !== undefined) return openServer(place, place.url, world);
          return access === 'index' ? openIndex(place, world) : openFolder(place, access, world);
        }),
      ),
      ({ target, origin }) => refused(work(target), origin),
    );
