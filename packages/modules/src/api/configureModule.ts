import { type ConfiguredModule, type ModulePolicy, defaultPolicy } from './ConfiguredModule.js';
import { type ModuleClass, type ModuleDefinition, moduleFromClass } from './ModuleDefinition.js';

/** What a configuration may set besides a module's own config. @category model */
export interface ConfigureOptions {
  /** Default: the module's own. */
  readonly name?: string;
  readonly renamedFrom?: string;
  /** What is absent is as in {@link defaultPolicy}. */
  readonly policy?: Partial<ModulePolicy>;
}

/** What is called of a definition, with its parsed configuration. */
export const configuredCalls = <Config>(definition: ModuleDefinition<Config>, parsed: Config): Pick<ConfiguredModule, 'setUp' | 'check'> => ({
  setUp: (api) => definition.setUp(parsed, api),
  ...(definition.check === undefined ? {} : { check: async (api) => definition.check?.(parsed, api) }),
});

/**
 * A module with its configuration, for programs that don't read them from a file: in the function form, or a class, whose
 * name is its `moduleName`, else its own. Throws a `ConfigError`.
 *
 * @category constructors
 */
export const configureModule = <Config>(
  module: ModuleDefinition<Config> | ModuleClass<Config>,
  config: unknown,
  options: ConfigureOptions = {},
): ConfiguredModule => {
  const definition = typeof module === 'function' ? moduleFromClass(module, module.name) : module;
  const parsed = definition.parseConfig(config);
  return {
    name: options.name ?? definition.name,
    ...(options.renamedFrom === undefined ? {} : { renamedFrom: options.renamedFrom }),
    ...configuredCalls(definition, parsed),
    policy: { ...defaultPolicy, ...options.policy },
  };
};
