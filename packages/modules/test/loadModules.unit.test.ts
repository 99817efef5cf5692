import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { ConfigError, type ConfiguredModule, type ModuleApi, type ModuleDefinition, checkModules, defineModule, loadModules } from '../src/index.js';
import { right } from './support/world.js';

const defined = defineModule({
  name: 'greeter',
  config: t.strict({ greeting: t.string, places: t.readonlyArray(t.strict({ name: t.string })) }),
  setUp: () => undefined,
});

class Classic {
  readonly config: { readonly parsed: unknown };

  static parseConfig(config: unknown): { readonly parsed: unknown } {
    if (typeof config !== 'object' || config === null || !('room' in config)) throw new ConfigError("'room' is required", ['room']);
    return { parsed: config.room };
  }

  constructor(config: { readonly parsed: unknown }, _api: ModuleApi) {
    this.config = config;
  }
}

const files: Readonly<Record<string, unknown>> = {
  'greeter-package': { module: defined },
  'file:///etc/account-data/modules/classic.js': { Classic },
  'two-package': { one: defined, two: defined },
  'empty-package': { helper: () => undefined },
};

const load = (entries: unknown): Promise<E.Either<ConfigError, ReadonlyArray<ConfiguredModule>>> =>
  loadModules(entries, {
    baseUrl: 'file:///etc/account-data/',
    importModule: async (specifier) => {
      const found = files[specifier];
      if (found === undefined) throw new Error(`Cannot find ${specifier}`);
      return found;
    },
  })();

const greeting = { greeting: 'hello', places: [{ name: 'here' }] };

describe('modules that look at their configuration', () => {
  const looking = (check: ModuleDefinition['check']): ModuleDefinition => ({ name: 'looking', parseConfig: (config) => config, setUp: () => undefined, ...(check === undefined ? {} : { check }) });
  const look = async (...exported: ReadonlyArray<ModuleDefinition>) => {
    const loaded = await loadModules(exported.map((_, index) => ({ module: String(index), name: `m${String(index)}`, config: { n: index } })), {
      baseUrl: 'file:///etc/account-data/',
      importModule: (specifier) => Promise.resolve({ module: exported[Number(specifier)] }),
    })();
    const lines: Array<unknown> = [];
    const checked = await checkModules(right(loaded), { runtime: systemRuntime, logger: { log: (level, message, fields) => { lines.push([level, message, fields]); } } })();
    return { problem: E.isLeft(checked) ? checked.left.message : undefined, lines };
  };

  it('are asked in their order, and log by their names', async () => {
    const says = looking((config, { logger }) => {
      logger.warn('looks', config as { readonly n: number });
      return Promise.resolve();
    });
    expect(await look(says, looking(undefined), says)).toEqual({ problem: undefined, lines: [['warn', 'looks', { n: 0, module: 'm0' }], ['warn', 'looks', { n: 2, module: 'm2' }]] });
  });

  it('say what is wrong, and the first that does is told by its place in the file', async () => {
    const refuses = looking(() => Promise.reject(new ConfigError("'room' is required", ['config', 'room'])));
    const fails = looking(() => Promise.reject(new Error('It is away.')));
    expect((await look(looking(undefined), refuses, fails)).problem).toBe("modules[1].config.config.room: 'room' is required");
    expect((await look(fails, refuses)).problem).toBe('modules[0].config: It is away.');
  });
});

describe('secrets of modules', () => {
  const filled = async (exported: object, problem?: ConfigError): Promise<unknown> => {
    let seen: unknown;
    const loaded = await loadModules([{ module: 'p', config: { a: 1, key_file: './key' } }], {
      baseUrl: 'file:///etc/account-data/',
      importModule: () => Promise.resolve({ module: exported }),
      fillSecrets: (config, secrets) => {
        seen = [config, secrets];
        return problem === undefined ? E.right({ a: 1, key: 'k' }) : E.left(problem);
      },
    })();
    return E.isLeft(loaded) ? loaded.left.message : [seen, loaded.right.map(({ name }) => name)];
  };
  const config = t.strict({ a: t.number, key: t.string });

  it('are put in place before the config is read, in both forms of modules', async () => {
    const asked = [{ a: 1, key_file: './key' }, ['key']];
    expect(await filled(defineModule({ name: 'keyed', config, secrets: ['key'], setUp: () => undefined }))).toEqual([asked, ['keyed']]);
    class Keyed {
      static readonly moduleName = 'keyed';
      static readonly secrets = ['key'];
      readonly given: unknown;

      constructor(given: unknown, _api: ModuleApi) {
        this.given = given;
      }
    }
    expect(await filled(Keyed)).toEqual([asked, ['keyed']]);
  });

  it('that are not there are said with their path', async () => {
    const keyed = defineModule({ name: 'keyed', config, secrets: ['key'], setUp: () => undefined });
    expect(await filled(keyed, new ConfigError('names a file that is not there', ['key_file']))).toBe('modules[0].config.key_file: names a file that is not there');
  });

  it('are not looked for where a module calls nothing a secret', async () => {
    expect(await filled(defineModule({ name: 'keyed', config, setUp: () => undefined }))).toContain("modules[0].config.key");
  });
});

describe('loading modules', () => {
  it('loads packages and files in their order, with defaults as Synapse has them', async () => {
    const modules = right(
      await load([
        { module: 'greeter-package', config: greeting },
        { module: './modules/classic.js', config: { room: 1 }, name: 'other' },
      ]),
    );
    expect(modules.map(({ name, policy }) => ({ name, policy }))).toEqual(
      ['greeter', 'other'].map((name) => ({
        name,
        policy: { failure: { onFailure: 'skip' }, timeout: 30_000, pauseAfter: null, from: { _tag: 'Now' } },
      })),
    );
    expect(right(await load(undefined))).toEqual([]);
  });

  it('reads every setting', async () => {
    const [module] = right(
      await load([
        {
          module: 'greeter-package',
          config: greeting,
          on_failure: { policy: 'park', attempts: 3, backoff: { initial: '100ms', maximum: '5m', factor: 3 } },
          timeout: '2.5s',
          pause_after: 10,
          from: { time: '2026-01-31T12:00:00Z' },
          renamed_from: 'old',
        },
      ]),
    );
    expect(module).toMatchObject({
      renamedFrom: 'old',
      policy: {
        failure: { onFailure: 'park', attempts: 3, backoff: { initial: 100, maximum: 300_000, factor: 3 } },
        timeout: 2_500,
        pauseAfter: 10,
        from: { _tag: 'Time', time: Date.UTC(2026, 0, 31, 12) },
      },
    });
  });

  it.each([
    ['modules: must be a list', { module: 'greeter-package' }],
    ["modules[0]: must be a mapping with 'module' and 'config'", ['greeter-package']],
    ["modules[0].module: 'module' is required", [{ config: {} }]],
    ['modules[0].module: "missing-package" can\'t be loaded', [{ module: 'missing-package' }]],
    ['modules[0].module: "empty-package" exports no module', [{ module: 'empty-package' }]],
    ['modules[0].module: "two-package" exports several modules', [{ module: 'two-package' }]],
    ["modules[0].config.greeting: 'greeting' is required", [{ module: 'greeter-package', config: { places: [] } }]],
    ['modules[0].config.greeting: expected string', [{ module: 'greeter-package', config: { greeting: 1, places: [] } }]],
    ["modules[0].config.places[1].name: 'name' is required", [{ module: 'greeter-package', config: { greeting: 'a', places: [{ name: 'a' }, {}] } }]],
    ['modules[0].config.greting: is not a setting', [{ module: 'greeter-package', config: { ...greeting, greting: 1 } }]],
    ["modules[0].config.room: 'room' is required", [{ module: './modules/classic.js' }]],
    ['modules[1].name: another module is named greeter', [{ module: 'greeter-package', config: greeting }, { module: 'greeter-package', config: greeting }]],
    ['modules[1].renamed_from: a module named greeter is configured too', [{ module: 'greeter-package', config: greeting }, { module: 'greeter-package', config: greeting, name: 'other', renamed_from: 'greeter' }]],
    ['modules[0].nmae: is not a setting', [{ module: 'greeter-package', nmae: 'a' }]],
    ['modules[0].name: must be up to 64', [{ module: 'greeter-package', config: greeting, name: 'a b' }]],
    ['modules[0].timeout: must be a time', [{ module: 'greeter-package', config: greeting, timeout: 'soon' }]],
    ['modules[0].on_failure: must be skip, retry or park', [{ module: 'greeter-package', config: greeting, on_failure: 'ignore' }]],
    ['modules[0].on_failure.attempts: goes with the policy park only', [{ module: 'greeter-package', config: greeting, on_failure: { policy: 'retry', attempts: 3 } }]],
    ['modules[0].on_failure.backoff.initial: must be a time', [{ module: 'greeter-package', config: greeting, on_failure: { policy: 'retry', backoff: { initial: -1 } } }]],
    ['modules[0].from: must be now, start', [{ module: 'greeter-package', config: greeting, from: 'yesterday' }]],
    ['modules[0].pause_after: must be an integer', [{ module: 'greeter-package', config: greeting, pause_after: 0 }]],
  ])('says %s', async (message, entries) => {
    const loaded = await load(entries);
    expect(E.isLeft(loaded) ? loaded.left.message : 'loaded').toContain(message);
    expect(E.isLeft(loaded) && loaded.left instanceof ConfigError).toBe(true);
  });
});
