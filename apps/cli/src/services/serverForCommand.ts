import { makeLogger, type RunningServer, type ServerConfig, ServerStartError, startServer } from '@account-data/server';
import { makeToken } from '@account-data/server/configuration';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import type { OpenServer } from './OpenServer.js';
import { clientAt } from './serverAt.js';

/** Of this machine, and at a port that nobody is told of. */
const nowhereElse = { host: '127.0.0.1', port: 0 } as const;

/**
 * A server in this process for one command, on a data folder that no other one runs on: what the service does is written once. It
 * delivers nothing to modules, follows no homeserver, and nobody but this command has a token for it.
 */
export const serverForCommand = (config: ServerConfig, part: 'index' | 'import' | 'modules', world: World): TE.TaskEither<Refusal, OpenServer> => {
  const { token, sha256 } = makeToken();
  const ofCommand: ServerConfig = {
    ...config,
    server: { ...nowhereElse, processes: config.server.processes, requestTimeout: config.server.requestTimeout, shutdownTimeout: config.server.shutdownTimeout },
    auth: { tokens: [{ sha256, role: 'admin', name: world.userName }], tokenInQuery: false },
  };
  return pipe(
    TE.tryCatch(
      () =>
        startServer(ofCommand, {
          env: world.env,
          logger: makeLogger('silent', process.stderr),
          print: () => undefined,
          stopped: world.stopped,
          runtime: world.runtime,
          forCommand: { modules: part === 'modules' },
        }),
      (error): Refusal => {
        if (error instanceof ServerStartError) return refusal(error.code, error.message);
        throw error;
      },
    ),
    TE.map(({ url, close }: RunningServer) => ({
      client: clientAt(url, token, world),
      origin: url,
      close,
    })),
  );
};
