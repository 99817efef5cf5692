import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { ConfigError, type ConfigPath } from '../api/ConfigError.js';
import type { ConfiguredModule } from '../api/ConfiguredModule.js';
import type { HostLogger } from '../api/ports.js';
import { moduleLogger } from '../host/setup/moduleLogger.js';

/** What modules are given to look at their configuration. @category model */
export interface CheckOptions {
  readonly runtime: Runtime;
  readonly logger: HostLogger;
  /** Where the list stands in the file, for errors. Default `modules`. */
  readonly path?: ConfigPath;
}

/**
 * Asks those modules that can look further at their configuration than {@link loadModules} does, one after the other;
 * none is set up, and nothing is delivered.
 *
 * Left: the first thing that is wrong, by its place in the file.
 *
 * @category interpreters
 */
export const checkModules =
  (modules: ReadonlyArray<ConfiguredModule>, { runtime, logger, path = ['modules'] }: CheckOptions): TE.TaskEither<ConfigError, void> =>
  async () => {
    for (const [index, module] of modules.entries()) {
      try {
        await module.check?.({ runtime, logger: moduleLogger(logger, module.name, () => undefined) });
      } catch (error) {
        const problem = error instanceof ConfigError ? error : new ConfigError(error instanceof Error ? error.message : 'is refused by the module');
        return E.left(problem.under([...path, index, 'config']));
      }
    }
    return E.right(undefined);
  };
