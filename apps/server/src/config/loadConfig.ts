import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type * as t from 'io-ts';
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { ConfigFile } from './ConfigFile.js';
import { pathFrom } from './homePath.js';
import type { ParsedYaml } from './parseYaml.js';
import { resolveConfig } from './resolveConfig.js';
import { withSecrets } from './secretSources.js';
import type { ConfigFault, ConfigInvalid, ServerConfig } from './ServerConfig.js';

/** Where to look for the configuration. @category model */
export interface ConfigSource {
  /** From `--config`; it wins over `ACCOUNT_DATA_CONFIG`. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Reads the configuration: the file named by `--config` or `ACCOUNT_DATA_CONFIG`, else `./account-data.yaml` if it
 * is there, else the defaults; then the environment's overrides.
 */
export const loadConfig =
  (source: ConfigSource): TE.TaskEither<ConfigInvalid, ServerConfig> =>
  async () => {
    const fromEnvironment = source.env['ACCOUNT_DATA_CONFIG'];
    const named = source.file ?? (fromEnvironment === '' ? undefined : fromEnvironment);
    const file = pathFrom(source.cwd, named ?? 'account-data.yaml', source.env);
    const shown = shownPath(source.cwd, file);
    const text = await readText(file);
    if (E.isLeft(text)) {
      if (named === undefined && text.left === 'ENOENT') return withoutFile(source);
      return E.left(invalid(shown, [{ path: '', message: unreadable(text.left) }]));
    }
    // Loaded only where there is a file: the parser takes longer to load than the rest.
    const { parseYaml } = await import('./parseYaml.js');
    const parsed = parseYaml(text.right);
    if (E.isLeft(parsed)) return E.left(invalid(shown, parsed.left));
    const secrets = withSecrets(parsed.right.value ?? {}, { env: source.env, folder: dirname(file) });
    const decoded = ConfigFile.decode(secrets.value);
    if (E.isLeft(decoded)) return E.left(invalid(shown, placed(parsed.right, [...secrets.faults, ...decoded.left.map(faultOf)])));
    if (secrets.faults.length > 0) return E.left(invalid(shown, placed(parsed.right, secrets.faults)));
    const resolved = resolveConfig(decoded.right, { file, folder: dirname(file), cwd: source.cwd, env: source.env });
    return E.isLeft(resolved) ? E.left(invalid(shown, placed(parsed.right, resolved.left))) : resolved;
  };

const withoutFile = (source: ConfigSource): E.Either<ConfigInvalid, ServerConfig> => {
  const resolved = resolveConfig({}, { folder: source.cwd, cwd: source.cwd, env: source.env });
  return E.isLeft(resolved) ? E.left(invalid('environment', resolved.left)) : resolved;
};

const invalid = (source: string, faults: ReadonlyArray<ConfigFault>): ConfigInvalid => ({
  _tag: 'ConfigInvalid',
  code: 'config_invalid',
  source,
  faults,
});

const shownPath = (cwd: string, file: string): string => {
  const path = relative(cwd, file);
  return path.startsWith('..') ? file : path;
};

const readText = async (file: string): Promise<E.Either<string, string>> => {
  try {
    return E.right(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)));
  } catch (error) {
    return E.left(error instanceof Error && 'code' in error ? String(error.code) : 'unknown error');
  }
};

const unreadable = (code: string): string => {
  switch (code) {
    case 'ENOENT':
      return 'There is no such file. Check --config or ACCOUNT_DATA_CONFIG.';
    case 'EISDIR':
      return 'This is a folder; name the file in it.';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'This file is not text in UTF-8. Save it as UTF-8.';
    case 'EACCES':
      return 'This file may not be read by the user that runs the server.';
    default:
      return `The file can't be read (${code}).`;
  }
};

/** Settings that stand in the file, with their line. */
const placed = ({ lineOf }: ParsedYaml, faults: ReadonlyArray<ConfigFault>): ReadonlyArray<ConfigFault> =>
  faults.map((fault) => {
    const line = fault.path === '' ? undefined : lineOf(fault.path.split(/[.[\]]+/).filter((key) => key !== ''));
    return line === undefined ? fault : { ...fault, line };
  });

const faultOf = (error: t.ValidationError): ConfigFault => {
  let path = '';
  for (const { key } of error.context) {
    if (key === '') continue;
    path += /^\d+$/.test(key) ? `[${key}]` : path === '' ? key : `.${key}`;
  }
  return { path, message: error.message ?? `must be ${error.context.at(-1)?.type.name ?? 'something else'}` };
};
