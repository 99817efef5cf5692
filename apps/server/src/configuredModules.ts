import { type ConfigError, type ConfiguredModule, type ModuleRef, loadModules } from '@account-data/modules';
import type { AsyncScope } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { pathToFileURL } from 'node:url';
import { moduleSecrets } from './config/moduleSecrets.js';
import type { ServerConfig } from './config/ServerConfig.js';
import { moduleImporter } from './importModule.js';
import { ServerStartError } from './ServerStartError.js';

/**
 * The modules of a configuration, loaded and told theirs.
 *
 * @param env where the configs of modules may have their secrets
 * @throws ServerStartError where one can't be loaded, or refuses its configuration
 */
export const configuredModules = async (config: ServerConfig, scope: AsyncScope<ModuleRef>, env: Readonly<Record<string, string | undefined>>): Promise<ReadonlyArray<ConfiguredModule>> => {
  const importModule = moduleImporter(config.folder);
  const modules = await loadModules(config.modules, {
    importModule: (specifier) => scope.run({ module: specifier }, () => importModule(specifier)),
    baseUrl: `${pathToFileURL(config.folder).href}/`,
    fillSecrets: moduleSecrets({ env, folder: config.folder }),
  })();
  if (E.isRight(modules)) return modules.right;
  throw moduleRefused(config, modules.left);
};

/** A module, or the list of modules, is configured wrongly. */
export const moduleRefused = ({ file }: Pick<ServerConfig, 'file'>, { message }: ConfigError): ServerStartError =>
  new ServerStartError('config_invalid', `${file ?? 'The configuration'}: ${message}`);
