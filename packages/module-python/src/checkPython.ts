import type { ModuleCheckApi } from '@account-data/modules';
import type { PythonConfig } from './PythonConfig.js';
import { startWatched } from './watchedProgram.js';

/**
 * Has the class look at its config, in a program that ends then. The module is not made, and nothing is delivered. Rejects
 * with a `ConfigError` where the class can't be imported or refuses.
 *
 * @category interpreters
 */
export const checkPython = async (config: PythonConfig, api: ModuleCheckApi): Promise<void> => {
  const { program, begun } = startWatched({
    config,
    secret: undefined,
    api,
    begins: ({ type }) => (type === 'checked' ? type : undefined),
    onMessage: (message) => {
      if (message.type === 'log') api.logger[message.level](message.message, { logger: message.logger });
    },
  });
  try {
    await begun;
  } finally {
    program.kill();
    await program.ended;
  }
};
