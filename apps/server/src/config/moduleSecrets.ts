import { ConfigError } from '@account-data/modules';
import * as E from 'fp-ts/lib/Either.js';
import { fillSecrets, type SecretSources } from './secretSources.js';

/** Puts secrets where they are meant in the config of a module, whose secrets are settings of these names. Left: the first that can't be had. */
export const moduleSecrets =
  (sources: SecretSources) =>
  (config: unknown, names: ReadonlyArray<string>): E.Either<ConfigError, unknown> => {
    const { value, faults } = fillSecrets(config, names.map((name) => [name]), sources);
    const [first] = faults;
    return first === undefined ? E.right(value) : E.left(new ConfigError(first.message, first.path === '' ? [] : [first.path]));
  };
