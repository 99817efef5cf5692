import { unknownName } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import { ConfigError } from './ConfigError.js';

/**
 * The settings of a mapping by their names, all of which must be known: a misspelt setting must not be ignored. `expected`
 * is what a value that is no mapping should be, as `a mapping with url and secret`.
 *
 * @category destructors
 */
export const readSettings = (
  value: unknown,
  known: ReadonlyArray<string>,
  expected: string,
): E.Either<ConfigError, ReadonlyMap<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return E.left(new ConfigError(`must be ${expected}`));
  const settings = new Map<string, unknown>(Object.entries(value));
  for (const name of settings.keys()) {
    if (!known.includes(name)) return E.left(new ConfigError(`is not a setting. ${unknownName(name, known)}`, [name]));
  }
  return E.right(settings);
};
