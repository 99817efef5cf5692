import type { ServerConfig } from '@account-data/server/configuration';
import type { FolderOptions, Services } from '../commands/Execution.js';
import type { World } from '../World.js';

/** Runs the server until the world is stopped. */
export const serve =
  (world: World): Services['serve'] =>
  (options) =>
  () =>
    serveWith(world, options, {});

/** The same, with settings that go before those of the configuration. */
export const serveWith = async (
  world: World,
  { config, dir, check }: FolderOptions & { readonly check?: true | undefined },
  settings: Pick<ServerConfig, 'follow'>,
): Promise<number> => {
  // Loaded only here: the other commands start sooner without it.
  const { main } = await import('@account-data/server');
  return main(
    [...(config === undefined ? [] : ['--config', config]), ...(check === true ? ['--check'] : [])],
    {
      env: dir === undefined ? world.env : { ...world.env, ACCOUNT_DATA_DIR: dir, EVENTSTOREDB_URL: undefined },
      cwd: world.cwd,
      print: (text) => {
        world.write(`${text}\n`).catch(() => {
          world.writeError('account-data: Standard output can not be written. The server goes on.\n');
        });
      },
      printError: (text) => {
        world.writeError(`${text}\n`);
      },
      stopped: world.stopped,
      isTerminal: world.isTerminal === true,
      ...(world.onStrayErrors === undefined ? {} : { onStrayErrors: world.onStrayErrors }),
    },
    settings,
  );
};
