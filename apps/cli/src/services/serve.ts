import type { Services } from '../commands/Execution.js';
import type { World } from '../World.js';

/** Runs the server until the world is stopped. */
export const serve =
  (world: World): Services['serve'] =>
  ({ config }) =>
  async () => {
    // Loaded only here: the other commands start sooner without it.
    const { main } = await import('@account-data/server');
    return main(config === undefined ? [] : ['--config', config], {
      env: world.env,
      cwd: world.cwd,
      print: (text) => {
        void world.write(`${text}\n`);
      },
      printError: (text) => {
        world.writeError(`${text}\n`);
      },
      stopped: world.stopped,
      isTerminal: world.isTerminal === true,
      ...(world.onStrayErrors === undefined ? {} : { onStrayErrors: world.onStrayErrors }),
    });
  };
