import { storeOwner } from '@account-data/event-store-lmdb';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerPart, TargetOptions } from '../commands/Execution.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';
import { localServer } from './localServer.js';
import type { OpenServer } from './OpenServer.js';
import { type ServerTarget, serverAt } from './serverAt.js';

const notClosed = (server: ServerTarget): OpenServer => ({ ...server, close: () => Promise.resolve() });

const addressOf = ({ server: { host, port } }: ServerConfig): string => `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;

const only: Readonly<Record<'delivery' | 'follow' | 'live', string>> = {
  delivery: 'Modules are called by a server only',
  follow: 'A homeserver is followed by a server only',
  live: 'Only what a server does can be watched',
};

const needsServer = (part: keyof typeof only, folder: string): Refusal =>
  refusal('needs_server', `${only[part]}, and none runs on ${folder}.`, 'Start one: account-data serve. A server elsewhere is named with --url.');

const startHere = (config: ServerConfig, part: 'index' | 'import' | 'modules', world: World): TE.TaskEither<Refusal, OpenServer> =>
  pipe(
    // Loaded only here: all of a server takes long to load.
    TE.fromTask(() => import('./serverForCommand.js')),
    TE.flatMap((loaded) => loaded.serverForCommand(config, part, world)),
  );

/** Without a server of its own: what the folder is good for alone. */
const alone = (config: ServerConfig, part: ServerPart, explicit: string | undefined, world: World): TE.TaskEither<Refusal, OpenServer> => {
  const { store } = config;
  const configured = (): TE.TaskEither<Refusal, OpenServer> => TE.fromEither(pipe(serverAt(addressOf(config), explicit, world), E.map(notClosed)));
  if (store.kind !== 'embedded') return configured();
  const log = join(store.path, 'log');
  const isThere = existsSync(log);
  const owner = storeOwner(log);
  // Whose folder it is can't be told: a server of another version, or another program.
  if (E.isRight(owner) && owner.right !== undefined) return configured();
  if (!isThere && explicit !== undefined) return configured();
  if (part === 'delivery' || part === 'follow' || part === 'live') return TE.left(needsServer(part, store.path));
  if (!isThere && part !== 'import') {
    return TE.left(refusal('store_missing', `There is no account data in ${store.path}.`, 'Name the data folder with --dir, the configuration with --config, or a server with --url.'));
  }
  return startHere(config, part, world);
};

/**
 * The server of a data folder: the one that runs on it, with the token that it tells those who may read the folder, unless another
 * one is given; or, for what needs no more than the log, one of this command's own.
 */
export const serverOfFolder = (place: TargetOptions, part: ServerPart, world: World): TE.TaskEither<Refusal, OpenServer> => {
  const inEnvironment = world.env['ACCOUNT_DATA_TOKEN'];
  const explicit = place.token ?? (inEnvironment === '' ? undefined : inEnvironment);
  return pipe(
    findConfig(place, world),
    TE.bindTo('config'),
    TE.bind('running', ({ config }) => TE.fromTask(() => localServer(config))),
    TE.flatMap(({ config, running }) =>
      running === undefined
        ? alone(config, part, explicit, world)
        : TE.fromEither(pipe(serverAt(running.url, explicit ?? running.token, world), E.map(notClosed))),
    ),
  );
};
