import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ServerPart, Services, TargetOptions } from '../commands/Execution.js';
import type { Refusal } from '../Refusal.js';
import { refused } from '../target/refusalOf.js';
import type { World } from '../World.js';
import type { OpenServer } from './OpenServer.js';
import { placeOf } from './placeOf.js';
import { serverAt } from './serverAt.js';
import { serverOfFolder } from './serverOfFolder.js';
import { whileOpen } from '../whileOpen.js';

const openServer = (place: TargetOptions, part: ServerPart, world: World): TE.TaskEither<Refusal, OpenServer> =>
  place.url === undefined
    ? serverOfFolder(place, part, world)
    : TE.fromEither(pipe(serverAt(place.url, place.token, world), E.map((server): OpenServer => ({ ...server, close: () => Promise.resolve() }))));

/** A running server: the one at `--url`, or that of a data folder. */
export const withServer =
  (world: World): Services['withServer'] =>
  (options, part, work) =>
    whileOpen(
      pipe(placeOf(options, world), TE.flatMap((place) => openServer(place, part, world))),
      ({ client, origin }) => refused(work(client), origin),
    );
