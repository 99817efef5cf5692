import { describe, expect, it } from 'vitest';
import type { DeliveryContext } from '../src/index.js';
import { type Call, type LogLine, alice, createWorld, module, recording, recordingLogger, until } from './support/world.js';

type Damage = (target: object) => unknown;

/** What a module may try with an object it was given. Each is refused with a TypeError. */
const damages: Readonly<Record<string, Damage>> = {
  'sets a property': (target) => Object.assign(target, Object.fromEntries(Object.keys(target).map((key) => [key, 'changed']))),
  'adds a property': (target) => Object.assign(target, { added: true }),
  'redefines a property': (target) => Object.defineProperty(target, 'eventId', { value: 'changed' }),
  'changes the prototype': (target) => Object.setPrototypeOf(target, { eventId: 'changed' }) as unknown,
};

/** What a callback is given, and what hangs on it. */
const targets: Readonly<Record<string, (context: DeliveryContext) => object>> = {
  context: (context) => context,
  'context.actor': ({ actor }) => actor,
  'context.api': ({ api }) => api,
  'context.api.accountDataManager': ({ api }) => api.accountDataManager,
  'context.api.logger': ({ api }) => api.logger,
  'context.api.runtime': ({ api }) => api.runtime,
  'context.api.runtime.clock': ({ api }) => api.runtime.clock,
  'context.api.runtime.timers': ({ api }) => api.runtime.timers,
  'context.api.runtime.random': ({ api }) => api.runtime.random,
  'the prototype of context': (context) => Object.getPrototypeOf(context) as object,
};

describe('a module that changes what it was given', () => {
  it.each(Object.keys(targets))('fails by itself: %s', async (what) => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const refused: Array<string> = [];
    const harmful = module('harmful', (_userId, _roomId, _type, _content, context) => {
      const target = targets[what]?.(context) ?? {};
      for (const [how, damage] of Object.entries(damages)) {
        try {
          damage(target);
        } catch (error) {
          if (error instanceof TypeError) refused.push(how);
        }
      }
    });
    const host = world.host([harmful, recording('next', calls)]);
    await host.start();
    const set = await world.set();
    await world.caughtUp(host);
    await host.stop();
    const hasOwn = !['context', 'the prototype of context'].includes(what);
    expect(refused).toEqual(Object.keys(damages).filter((how) => hasOwn || how !== 'sets a property'));
    const context = calls[0]?.context;
    expect(context).toMatchObject({ eventId: set.eventId, revision: set.revision, actor: { kind: 'user', id: alice } });
    expect(context).not.toHaveProperty('added');
    expect(Math.abs((context?.api.runtime.clock.now() ?? 0) - world.runtime.clock.now())).toBeLessThan(10_000);
  });

  it('or what it was given when it was set up', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const refused: Array<string> = [];
    const harmful = {
      ...module('harmful', () => undefined),
      setUp: (api: object) => {
        for (const [how, damage] of Object.entries(damages)) {
          try {
            damage(api);
          } catch {
            refused.push(how);
          }
        }
      },
    };
    const host = world.host([harmful, recording('next', calls)]);
    await host.start();
    await world.set();
    await world.caughtUp(host);
    await host.stop();
    expect(refused).toEqual(Object.keys(damages));
    expect(calls).toHaveLength(1);
  });
});

describe('a module whose timers throw', () => {
  it('is named in the log without account data, and the process goes on', async () => {
    const world = createWorld();
    const lines: Array<LogLine> = [];
    const calls: Array<Call> = [];
    const careless = module('careless', (_userId, _roomId, _type, content, { api }) => {
      const { timers } = api.runtime;
      const fail = (): void => {
        throw new TypeError(`no place for ${JSON.stringify(content)}`);
      };
      timers.setTimeout(fail, 1);
      timers.setBackgroundTimeout(fail, 1);
      timers.defer(fail);
    });
    const host = world.host([careless, recording('next', calls)], { logger: recordingLogger(lines) });
    await host.start();
    await world.set({ content: { secret: 'hunter2-hunter2' } });
    const thrown = (): ReadonlyArray<LogLine> => lines.filter(({ message }) => message === 'A timer of a module threw');
    await until(() => thrown().length === 3, 'all three are named');
    await world.caughtUp(host);
    await host.stop();
    expect(calls).toHaveLength(1);
    for (const { fields } of thrown()) {
      expect(fields).toMatchObject({ module: 'careless', error: 'TypeError', errorMessage: 'no place for [account data]' });
    }
  });
});
