import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import type { NewToken, TokenRequest } from '../commands/Execution.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';

/** Makes a token and, where there is a data folder already, tells it: a server that runs on it accepts it. */
export const makeToken =
  (world: World) =>
  (request: TokenRequest): TE.TaskEither<Refusal, NewToken> =>
  async () => {
    const config = await findConfig(request, world)();
    if (E.isLeft(config)) return config;
    const { path } = config.right.store;
    const server = await import('@account-data/server/configuration');
    const made = server.makeToken();
    if (!existsSync(path)) return E.right(made);
    const added = await server.addToTokenFile(path, {
      sha256: made.sha256,
      role: request.role,
      ...(request.user === undefined ? {} : { userId: request.user }),
      ...(request.name === undefined ? {} : { name: request.name }),
    })();
    return E.isLeft(added)
      ? E.left(refusal(added.left.code, added.left.message))
      : E.right({ ...made, savedIn: path });
  };
