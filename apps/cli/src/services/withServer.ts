import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Services } from '../commands/Execution.js';
import { refused } from '../target/refusalOf.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';
import { placeOf } from './placeOf.js';
import { serverAt } from './serverAt.js';

/** A running server: the one at `--url`, or the one that the configuration found here is for. */
export const withServer =
  (world: World): Services['withServer'] =>
  (options, work) =>
    pipe(
      placeOf(options, world),
      TE.bindTo('place'),
      TE.bind('url', ({ place }) =>
        place.url === undefined
          ? pipe(
              findConfig(place, world),
              TE.map(({ server: { host, port } }) => `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`),
            )
          : TE.right(place.url),
      ),
      TE.flatMapEither(({ url, place }) => serverAt(url, place.token, world)),
      TE.flatMap(({ client, origin }) => refused(work(client), origin)),
    );
