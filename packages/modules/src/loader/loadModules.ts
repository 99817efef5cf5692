import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { ConfigError, type ConfigPath } from '../api/ConfigError.js';
import { type ConfiguredModule, type ModulePolicy, defaultPolicy } from '../api/ConfiguredModule.js';
import type { ModuleDefinition } from '../api/ModuleDefinition.js';
import { readSettings } from '../api/readSettings.js';
import { configuredCalls } from '../api/configureModule.js';
import { moduleOf } from './moduleOf.js';
import { type Parsed, parseCount, parseDuration, parseFrom, parseOnFailure } from './settings.js';

/** How modules that a configuration names are found. @category model */
export interface LoadOptions {
  /** Imports a package by its name or a file by its URL: `(specifier) => import(specifier)` of the program. */
  readonly importModule: (specifier: string) => Promise<unknown>;
  /** The URL of the folder that relative paths start from, with `/` at its end: that of the configuration file. */
  readonly baseUrl: string;
  /** Puts the secrets of a module's config in place that are named there instead of written. Default: none is. */
  readonly fillSecrets?: (config: unknown, secrets: ReadonlyArray<string>) => E.Either<ConfigError, unknown>;
  /** Where the list stands in the file, for errors. Default `modules`. */
  readonly path?: ConfigPath;
}

const settings = ['module', 'name', 'config', 'on_failure', 'timeout', 'pause_after', 'from', 'renamed_from'];

/**
 * Loads the modules of a configuration, in its order:
 *
 *     modules:
 *       - module: "@account-data/module-audit-room"   # or ./path.js, from the configuration file's folder
 *         config: { audit_room: "!audit:example.org", sender: "@auditor:example.org" }
 *         name: audit                                 # default: the module's own
 *         on_failure: skip                            # retry, park, { policy: park, attempts: 5, backoff: { initial: 1s, maximum: 1m, factor: 2 } }
 *         timeout: 30s
 *         pause_after: 100                            # failed deliveries in a row; default: never
 *         from: now                                   # start, { position: "123" }, { time: "2026-01-31T12:00:00Z" }
 *         renamed_from: old-name                      # takes over that checkpoint and what is parked
 *
 * Left: the first thing that is wrong, as `modules[0].config.audit_room: 'audit_room' is required`.
 *
 * @category interpreters
 */
export const loadModules =
  (entries: unknown, options: LoadOptions): TE.TaskEither<ConfigError, ReadonlyArray<ConfiguredModule>> =>
  async () => {
    const path = options.path ?? ['modules'];
    if (entries === undefined || entries === null) return E.right([]);
    if (!Array.isArray(entries)) return E.left(new ConfigError('must be a list', path));
    const modules: Array<ConfiguredModule> = [];
    for (const [index, entry] of entries.entries()) {
      const loaded = await loadOne(entry, options);
      if (E.isLeft(loaded)) return E.left(loaded.left.under([...path, index]));
      const { name } = loaded.right;
      if (modules.some((module) => module.name === name)) {
        return E.left(new ConfigError(`another module is named ${name}. Give one of them a name`, [...path, index, 'name']));
      }
      modules.push(loaded.right);
    }
    for (const [index, { renamedFrom }] of modules.entries()) {
      if (renamedFrom === undefined || !modules.some(({ name }) => name === renamedFrom)) continue;
      return E.left(new ConfigError(`a module named ${renamedFrom} is configured too`, [...path, index, 'renamed_from']));
    }
    return E.right(modules);
  };

const loadOne = async (entry: unknown, options: LoadOptions): Promise<Parsed<ConfiguredModule>> => {
  const read = readSettings(entry, settings, "a mapping with 'module' and 'config'");
  if (E.isLeft(read)) return read;
  const values = read.right;
  const specifier = values.get('module');
  if (typeof specifier !== 'string' || specifier === '') {
    return E.left(new ConfigError("'module' is required: a package's name, or a path to a file", ['module']));
  }
  const definition = await importDefinition(specifier, options);
  if (E.isLeft(definition)) return definition;
  const name = parseName(values.get('name') ?? definition.right.name, 'name');
  if (E.isLeft(name)) return name;
  const renamedFrom = values.has('renamed_from') ? parseName(values.get('renamed_from'), 'renamed_from') : undefined;
  if (renamedFrom !== undefined && E.isLeft(renamedFrom)) return renamedFrom;
  const policy = parsePolicy(values);
  if (E.isLeft(policy)) return policy;
  const { secrets } = definition.right;
  const written = values.get('config') ?? {};
  const config = secrets === undefined || options.fillSecrets === undefined ? E.right(written) : options.fillSecrets(written, secrets);
  if (E.isLeft(config)) return E.left(config.left.under(['config']));
  const calls = configure(definition.right, config.right);
  if (E.isLeft(calls)) return E.left(calls.left.under(['config']));
  return E.right({
    name: name.right,
    ...(renamedFrom === undefined ? {} : { renamedFrom: renamedFrom.right }),
    ...calls.right,
    policy: policy.right,
  });
};

const importDefinition = async (
  specifier: string,
  { importModule, baseUrl }: LoadOptions,
): Promise<Parsed<ModuleDefinition>> => {
  const isFile = /^(\.{1,2}\/|\/|file:)/.test(specifier);
  const resolved = isFile ? new URL(specifier, baseUrl).href : specifier;
  let exported: unknown;
  try {
    exported = await importModule(resolved);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return E.left(new ConfigError(`${JSON.stringify(specifier)} can't be loaded: ${why}`, ['module']));
  }
  const definition = moduleOf(exported, nameFrom(specifier));
  return E.isLeft(definition)
    ? E.left(new ConfigError(`${JSON.stringify(specifier)} ${definition.left}`, ['module']))
    : definition;
};

/** `@scope/module-audit-room` and `./audit-room.js` are `audit-room`. */
const nameFrom = (specifier: string): string =>
  (specifier.split('/').at(-1) ?? specifier).replace(/\.[cm]?[jt]s$/, '').replace(/^module-/, '') || 'module';

const parseName = (value: unknown, key: string): Parsed<string> =>
  typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)
    ? E.right(value)
    : E.left(new ConfigError('must be up to 64 letters, digits, ".", "_" and "-"', [key]));

const parsePolicy = (values: ReadonlyMap<string, unknown>): Parsed<ModulePolicy> => {
  const setting = <A>(key: string, fallback: A, parse: (value: unknown, path: ConfigPath) => Parsed<A>): Parsed<A> => {
    const value = values.get(key);
    return value === undefined || value === null ? E.right(fallback) : parse(value, [key]);
  };
  const failure = setting('on_failure', defaultPolicy.failure, parseOnFailure);
  if (E.isLeft(failure)) return failure;
  const timeout = setting('timeout', defaultPolicy.timeout, parseDuration);
  if (E.isLeft(timeout)) return timeout;
  const pauseAfter = setting<number | null>('pause_after', defaultPolicy.pauseAfter, parseCount);
  if (E.isLeft(pauseAfter)) return pauseAfter;
  const from = setting('from', defaultPolicy.from, parseFrom);
  if (E.isLeft(from)) return from;
  return E.right({
    failure: failure.right,
    timeout: timeout.right,
    pauseAfter: pauseAfter.right,
    from: from.right,
  });
};

const configure = (definition: ModuleDefinition, config: unknown): Parsed<Pick<ConfiguredModule, 'setUp' | 'check'>> => {
  try {
    return E.right(configuredCalls(definition, definition.parseConfig(config)));
  } catch (error) {
    if (error instanceof ConfigError) return E.left(error);
    return E.left(new ConfigError(error instanceof Error ? error.message : 'is refused by the module'));
  }
};
