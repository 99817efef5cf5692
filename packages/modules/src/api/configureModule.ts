import { type ConfiguredModule, type ModulePolicy, defaultPolicy } from './ConfiguredModule.js';
import type { ModuleDefinition } from './ModuleDefinition.js';

/** What a configuration may set besides a module's own config. @category model */
export interface ConfigureOptions {
  /** Default: the module's own. */
  readonly name?: string;
  readonly renamedFrom?: string;
  /** What is absent is as in {@link defaultPolicy}. */
  readonly policy?: Partial<ModulePolicy>;
}

/**
 * A module with its configuration, for programs that don't read them from a file. Throws a `ConfigError`.
 *
 * @category constructors
 */
export const configureModule = <Config>(
  definition: ModuleDefinition<Config>,
  config: unknown,
  options: ConfigureOptions = {},
): ConfiguredModule => {
  const parsed = definition.parseConfig(config);
  return {
    name: options.name ?? definition.name,
    ...(options.renamedFrom === undefined ? {} : { renamedFrom: options.renamedFrom }),
    setUp: (api) => definition.setUp(parsed, api),
    policy: { ...defaultPolicy, ...options.policy },
  };
};
