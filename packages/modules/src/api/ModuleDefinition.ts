import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { configFromCodec } from './configFromCodec.js';
import type { ModuleApi } from './ModuleApi.js';

/**
 * A module as the host takes it: a function that makes its configuration of the untrusted one, and one that sets it up.
 *
 * @category model
 */
export interface ModuleDefinition<Config = unknown> {
  /** The name it has where the configuration gives none: short, as `audit-room`. */
  readonly name: string;
  /** Throws a {@link ConfigError}. */
  readonly parseConfig: (config: unknown) => Config;
  /**
   * Settings of the config that are secrets, by their names: whoever configures the module may write `NAME_file: PATH` or
   * `NAME_env: VARIABLE` instead of `NAME`, and the module is given `NAME` all the same.
   */
  readonly secrets?: ReadonlyArray<string>;
  readonly setUp: (config: Config, api: ModuleApi) => void | Promise<void>;
  /**
   * What is wrong with the configuration beyond what `parseConfig` can tell at once, looked for without setting anything
   * up. Rejects with a {@link ConfigError}; asked where somebody only wants to know whether a configuration is right.
   */
  readonly check?: (config: Config, api: ModuleCheckApi) => Promise<void>;
}

/** What a module has while its configuration is looked at. @category model */
export type ModuleCheckApi = Pick<ModuleApi, 'runtime' | 'logger'>;

/**
 * A module as Synapse's authors write it: a class whose constructor takes the parsed configuration and the API and
 * registers callbacks, with a static `parseConfig` unless the configuration is taken as it is.
 *
 * @category model
 */
export interface ModuleClass<Config = never> {
  new (config: Config, api: ModuleApi): object;
  readonly moduleName?: string;
  readonly parseConfig?: (config: unknown) => Config;
  /** As `secrets` of {@link ModuleDefinition}. */
  readonly secrets?: ReadonlyArray<string>;
}

/** A module in the function form: its name, its config, and what it does with them. @category model */
export interface ModuleOptions<Config> {
  readonly name: string;
  /** An io-ts codec; unknown keys and wrong values become a {@link ConfigError} with their path. */
  readonly config: t.Type<Config, unknown>;
  /** As `secrets` of {@link ModuleDefinition}. */
  readonly secrets?: ReadonlyArray<string>;
  readonly setUp: (config: Config, api: ModuleApi) => void | Promise<void>;
}

/**
 * The function form of a module.
 *
 * @example
 * import * as t from 'io-ts';
 * import { defineModule } from '@account-data/modules';
 *
 * export const module = defineModule({
 *   name: 'greeter',
 *   config: t.strict({ greeting: t.string }),
 *   setUp: ({ greeting }, api) => {
 *     api.registerAccountDataCallbacks({
 *       onAccountDataUpdated: (userId, roomId, type) => {
 *         api.logger.info(greeting, { userId, type });
 *       },
 *     });
 *   },
 * });
 *
 * @category constructors
 */
export const defineModule = <Config>(options: ModuleOptions<Config>): ModuleDefinition<Config> => ({
  name: options.name,
  parseConfig: (config) => {
    const parsed = configFromCodec(options.config, config);
    if (E.isLeft(parsed)) throw parsed.left;
    return parsed.right;
  },
  ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
  setUp: options.setUp,
});

/** The class form of a module as a definition. @category constructors */
export const moduleFromClass = <Config>(moduleClass: ModuleClass<Config>, name: string): ModuleDefinition<Config> => ({
  name: moduleClass.moduleName ?? name,
  parseConfig: (config) =>
    moduleClass.parseConfig === undefined ? (config as Config) : moduleClass.parseConfig(config),
  ...(moduleClass.secrets === undefined ? {} : { secrets: moduleClass.secrets }),
  setUp: (config, api) => {
    new moduleClass(config, api);
  },
});
