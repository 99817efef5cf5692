import { Revision } from '@account-data/event-store';
import type { RoomEventRequest, RoomEventSink } from '@account-data/rooms';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import {
  type AccountDataPort,
  type ChangeCause,
  type DeliveryOutcome,
  type ModuleApi,
  type SpanSubject,
  configureModule,
  moduleFromClass,
} from '../src/index.js';
import { type LogLine, alice, appendChange, createWorld, module, noAccountData, recordingLogger, until } from './support/world.js';

const pause = (milliseconds = 1): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const recordingSink = (requests: Array<RoomEventRequest>): RoomEventSink => ({
  send: async (request) => {
    requests.push(request);
    return { eventId: '$sent' };
  },
  redact: async () => ({ redacted: [], remaining: [] }),
});

describe('the account data manager', () => {
  it('passes everything on, with the module as actor and the delivery as cause', async () => {
    const world = createWorld();
    const calls: Array<readonly [string, ...ReadonlyArray<unknown>]> = [];
    const change = async (...call: readonly [string, ...ReadonlyArray<unknown>]): Promise<{ readonly revision: Revision }> => {
      calls.push(call);
      return { revision: Revision(7) };
    };
    const accountData: AccountDataPort = {
      get: async (...args) => {
        calls.push(['get', ...args]);
        return { theme: 'dark' };
      },
      set: (...args) => change('set', ...args),
      delete: (...args) => change('delete', ...args),
      tags: async (...args) => {
        calls.push(['tags', ...args]);
        return {};
      },
      setTag: (...args) => change('setTag', ...args),
      removeTag: (...args) => change('removeTag', ...args),
    };
    let outside: ModuleApi | undefined;
    const host = world.host(
      [
        {
          ...module('manager', () => undefined),
          setUp: (api) => {
            outside = api;
            api.registerAccountDataCallbacks({
              onAccountDataUpdated: async (_userId, _roomId, _type, _content, context) => {
                const manager = context.api.accountDataManager;
                expect(await manager.getGlobal('@u:x', 'm.a')).toEqual({ theme: 'dark' });
                await manager.getRoom('@u:x', '!r:x', 'm.a');
                await manager.getTags('@u:x', '!r:x');
                expect(await manager.putGlobal('@u:x', 'm.a', { a: 1 }, { reason: 'because', requestKey: 'k' })).toEqual({ revision: '7' });
                await manager.putRoom('@u:x', '!r:x', 'm.a', { a: 1 });
                await manager.deleteGlobal('@u:x', 'm.a');
                await manager.deleteRoom('@u:x', '!r:x', 'm.a');
                await manager.setTag('@u:x', '!r:x', 'u.work', {});
                await manager.removeTag('@u:x', '!r:x', 'u.work');
              },
            });
          },
        },
      ],
      { accountData },
    );
    await host.start();
    // As the instrumentation of KurrentDB's clients writes it.
    const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const { eventId } = await world.set({ metadata: { ...{ $traceId: traceId, $spanId: spanId }, causationDepth: 2 } });
    await world.caughtUp(host);
    await outside?.accountDataManager.deleteGlobal('@u:x', 'm.b');
    await host.stop();
    const cause: ChangeCause = {
      actor: { kind: 'module', id: 'manager' },
      correlationId: eventId,
      causationId: eventId,
      causationDepth: 3,
      traceparent: `00-${traceId}-${spanId}-01`,
    };
    expect(calls).toEqual([
      ['get', '@u:x', null, 'm.a'],
      ['get', '@u:x', '!r:x', 'm.a'],
      ['tags', '@u:x', '!r:x'],
      ['set', '@u:x', null, 'm.a', { a: 1 }, { ...cause, reason: 'because', requestKey: 'k' }],
      ['set', '@u:x', '!r:x', 'm.a', { a: 1 }, cause],
      ['delete', '@u:x', null, 'm.a', cause],
      ['delete', '@u:x', '!r:x', 'm.a', cause],
      ['setTag', '@u:x', '!r:x', 'u.work', {}, cause],
      ['removeTag', '@u:x', '!r:x', 'u.work', cause],
      ['delete', '@u:x', null, 'm.b', { actor: { kind: 'module', id: 'manager' } }],
    ]);
  });

  it('ends a chain of changes at the limit, with an error that shows the chain', async () => {
    const world = createWorld();
    const lines: Array<LogLine> = [];
    const accountData: AccountDataPort = {
      ...noAccountData,
      set: async (user, room, type, content, cause) => {
        const { revision } = await appendChange(world.store, world.runtime, {
          user,
          room,
          type,
          content,
          metadata: { $causationId: cause.causationId, causationDepth: cause.causationDepth, $correlationId: cause.correlationId },
        });
        return { revision };
      },
    };
    const echo = (name: string, type: string, next: string): ReturnType<typeof module> =>
      module(name, async (userId, _roomId, heard, content, context) => {
        if (heard === type) await context.api.accountDataManager.putGlobal(userId, next, content);
      });
    const host = world.host([echo('ping', 'org.a', 'org.b'), echo('pong', 'org.b', 'org.a')], {
      accountData,
      maxCausationDepth: 4,
      logger: recordingLogger(lines),
    });
    await host.start();
    await world.set({ type: 'org.a' });
    await until(() => lines.some(({ level }) => level === 'error'), 'the chain ended');
    await world.caughtUp(host);
    const refused = lines.filter(({ level }) => level === 'error');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.fields).toMatchObject({ module: 'ping', error: 'CausationChainTooDeep', errorCode: 'causation_too_deep' });
    expect(refused[0]?.fields['errorMessage']).toContain(
      [
        `org.a of ${alice}, heard by ping`,
        `org.b of ${alice}, heard by pong`,
        `org.a of ${alice}, heard by ping`,
        `org.b of ${alice}, heard by pong`,
        `org.a of ${alice}, heard by ping`,
      ].join(' → '),
    );
    expect(host.status().modules.map(({ deliveries, failures }) => deliveries + failures)).toEqual([5, 5]);
    await host.stop();
  });
});

describe('the class form', () => {
  it('works as Synapse has it: the API given to the constructor knows the delivery it is used for, also after awaits', async () => {
    class Auditor {
      readonly api: ModuleApi;
      readonly room: string;

      static parseConfig(config: unknown): { readonly room: string } {
        return config as { readonly room: string };
      }

      constructor(config: { readonly room: string }, api: ModuleApi) {
        this.api = api;
        this.room = config.room;
        api.registerAccountDataCallbacks({ onAccountDataUpdated: this.log });
      }

      readonly log = async (userId: string): Promise<void> => {
        await pause(Math.random() * 5);
        await this.send(`${userId} first`);
        await pause(Math.random() * 5);
        await this.send(`${userId} second`);
      };

      async send(body: string): Promise<void> {
        await this.api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: this.room, sender: '@a:x', content: { body } });
      }
    }
    const world = createWorld();
    const requests: Array<RoomEventRequest> = [];
    const host = world.host(
      [configureModule(moduleFromClass(Auditor, 'auditor'), { room: '!r:x' }, { policy: { from: { _tag: 'Start' } } })],
      { rooms: recordingSink(requests) },
    );
    await host.start();
    const ids = new Map<string, string>();
    for (let n = 0; n < 20; n += 1) {
      const user = `@user${n}:example.org`;
      ids.set(user, (await world.set({ user })).eventId);
    }
    await world.caughtUp(host);
    await host.stop();
    expect(requests).toHaveLength(40);
    for (const { module: name, event, source } of requests) {
      const { body } = event.content;
      const [user = '', which] = typeof body === 'string' ? body.split(' ') : [];
      expect(name).toBe('auditor');
      expect(source).toMatchObject({ eventId: ids.get(user), userId: user, revision: '0', index: which === 'first' ? 0 : 1, epoch: 1 });
    }
  });

  it('sends without a source outside any delivery', async () => {
    const world = createWorld();
    const requests: Array<RoomEventRequest> = [];
    const host = world.host(
      [
        {
          ...module('greeter', () => undefined),
          setUp: async (api) => {
            await api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: '!r:x', sender: '@a:x', content: {} });
          },
        },
      ],
      { rooms: recordingSink(requests) },
    );
    await host.start();
    await host.stop();
    expect(requests).toEqual([{ module: 'greeter', event: { type: 'm.room.message', room_id: '!r:x', sender: '@a:x', content: {} } }]);
  });
});

describe('what a module is given', () => {
  it('registers callbacks only while it is set up, and is told when the host has stopped', async () => {
    const world = createWorld();
    const order: Array<string> = [];
    let kept: ModuleApi | undefined;
    const host = world.host([
      {
        ...module('late', () => undefined),
        setUp: async (api) => {
          await pause();
          kept = api;
          api.registerAccountDataCallbacks({
            onAccountDataUpdated: async () => {
              await pause(10);
              order.push('callback');
            },
          });
          api.onStop(async () => {
            await pause();
            order.push('stopped');
          });
        },
      },
    ]);
    await host.start();
    expect(() => kept?.registerAccountDataCallbacks({})).toThrow(/while it is being set up/);
    await world.set();
    await until(() => host.status().modules[0]?.inFlight === 1, 'it runs');
    await host.stop();
    expect(order).toEqual(['callback', 'stopped']);
  });

  it('reads previous content only when asked for it', async () => {
    const world = createWorld();
    const asked: Array<unknown> = [];
    const got: Array<unknown> = [];
    const host = world.host(
      [
        module('not-asking', () => undefined),
        module('asking', async (_userId, _roomId, _type, _content, { previousContent }) => {
          got.push(await previousContent());
        }),
      ],
      {
        previousContent: async ({ userId, roomId, type, revision }) => {
          asked.push([userId, roomId, type, revision]);
          return { before: true };
        },
      },
    );
    await host.start();
    await world.set({ room: '!r:x', type: 'org.a' });
    await world.caughtUp(host);
    await host.stop();
    expect(asked).toEqual([[alice, '!r:x', 'org.a', '0']]);
    expect(got).toEqual([{ before: true }]);
  });

  it('strikes account data out of what a module logs while it handles it', async () => {
    const world = createWorld();
    const lines: Array<LogLine> = [];
    const host = world.host(
      [
        module('talkative', async (_userId, _roomId, type, content, { api }) => {
          await pause();
          api.logger.info(`content is ${JSON.stringify(content)}`, { type, note: 'has hunter2-hunter2 in it', count: 1 });
        }),
      ],
      { logger: recordingLogger(lines) },
    );
    await host.start();
    await world.set({ content: { password: 'hunter2-hunter2', deep: [{ pin: 123_456 }] } });
    await world.caughtUp(host);
    await host.stop();
    const line = lines.find(({ level, fields }) => level === 'info' && fields['module'] === 'talkative');
    expect(line?.message).toBe('content is [account data]');
    expect(line?.fields).toEqual({ module: 'talkative', type: 'org.example.theme', note: 'has [account data] in it', count: 1 });
  });

  it('leaves the IDs and types of the delivery in what a module logs and fails with, whatever words its content has', async () => {
    const world = createWorld();
    const lines: Array<LogLine> = [];
    const room = '!theme-hall:example.org';
    const said = (value: unknown): string => (typeof value === 'string' ? value : 'nothing');
    const text = `type=org.example.theme user=${alice} room=${room}`;
    const host = world.host(
      [
        module('talkative', (userId, roomId, type, content, { api, eventId }) => {
          api.logger.info(`type=${type} user=${userId} room=${String(roomId)}`, { type, userId, eventId, value: said(content['theme']) });
          throw new Error(`no ${type} for ${userId} in ${String(roomId)}: ${said(content['theme'])} of ${said(content['alice'])}`);
        }),
      ],
      { logger: recordingLogger(lines) },
    );
    await host.start();
    // Words of the IDs, IDs in a longer text, and the identifiers themselves.
    const { eventId } = await world.set({
      room,
      content: { theme: 'example', alice: 'saw org.example.theme in secret', 'org.example.theme': alice, theme2: 'theme-hall' },
    });
    await world.caughtUp(host);
    await host.stop();
    const line = lines.find(({ level, fields }) => level === 'info' && fields['eventId'] === eventId);
    expect(line?.message).toBe(text);
    expect(line?.fields).toEqual({ module: 'talkative', type: 'org.example.theme', userId: alice, eventId, value: '[account data]' });
    const failed = lines.find(({ fields }) => fields['errorMessage'] !== undefined);
    expect(failed?.fields['errorMessage']).toBe(`no org.example.theme for ${alice} in ${room}: [account data] of [account data]`);
  });

  it('knows the delivery that code runs for', async () => {
    const world = createWorld();
    const seen: Array<unknown> = [];
    const host = world.host([
      module('one', async () => {
        seen.push(host.currentDelivery()?.module);
        await pause();
        seen.push(host.currentDelivery()?.revision);
      }),
    ]);
    await host.start();
    expect(host.currentDelivery()).toBeUndefined();
    await world.set();
    await world.caughtUp(host);
    await host.stop();
    expect(seen).toEqual(['one', '0']);
  });
});

describe('what is seen of deliveries', () => {
  it('counts each try by its outcome, and spans link to the request that made the change', async () => {
    const world = createWorld();
    const outcomes: Array<readonly [string, DeliveryOutcome]> = [];
    const spans: Array<{ readonly subject: SpanSubject; outcome?: string; ran?: boolean; errorName?: string | undefined }> = [];
    let tries = 0;
    let checkpoints = 0;
    const backoff = { initial: 1, maximum: 2, factor: 2 };
    const host = world.host(
      [
        module('good', async () => undefined),
        module(
          'bad',
          () => {
            tries += 1;
            throw new TypeError('no');
          },
          { failure: { onFailure: 'park', attempts: 2, backoff } },
        ),
      ],
      {
        metrics: {
          delivered: (name, outcome, milliseconds) => {
            expect(milliseconds).toBeGreaterThanOrEqual(0);
            outcomes.push([name, outcome]);
          },
          blocked: () => undefined,
          checkpointWritten: () => {
            checkpoints += 1;
          },
        },
        tracer: {
          start: (subject) => {
            const span: (typeof spans)[number] = { subject };
            spans.push(span);
            return {
              run: (callback) => {
                span.ran = true;
                return callback();
              },
              end: (outcome, errorName) => {
                span.outcome = outcome;
                span.errorName = errorName;
              },
            };
          },
        },
      },
    );
    await host.start();
    const { eventId } = await world.set({ metadata: { traceparent: '00-1-2-01', tracestate: 'a=b' } });
    await until(() => host.status().modules[1]?.parked === 1, 'it is parked');
    await host.stop();
    expect(tries).toBe(2);
    expect(checkpoints).toBeGreaterThan(0);
    expect(outcomes).toEqual([
      ['good', 'handled'],
      ['bad', 'retrying'],
      ['bad', 'parked'],
    ]);
    expect(spans.map(({ subject, outcome, ran, errorName }) => [subject.module, subject.attempt, outcome, ran, errorName])).toEqual([
      ['good', 1, 'handled', true, undefined],
      ['bad', 1, 'retrying', true, 'TypeError'],
      ['bad', 2, 'parked', true, 'TypeError'],
    ]);
    expect(spans[0]?.subject).toMatchObject({ eventId, traceparent: '00-1-2-01', tracestate: 'a=b', revision: '0' });
  });

  it('names a callback that keeps the process from anything else, also after its first await', async () => {
    const world = createWorld();
    const lines: Array<LogLine> = [];
    const blocked: Array<string> = [];
    const spin = (milliseconds: number): void => {
      const end = systemRuntime.clock.monotonic() + milliseconds;
      while (systemRuntime.clock.monotonic() < end);
    };
    const host = world.host(
      [
        module('sync-hog', (_userId, _roomId, _type, content) => {
          if (content['n'] === 0) spin(60);
        }),
        module('async-hog', async (_userId, _roomId, _type, content) => {
          if (content['n'] !== 1) return;
          await pause(5);
          spin(400);
          await pause(5);
        }),
        module('innocent', () => undefined),
      ],
      {
        logger: recordingLogger(lines),
        blockedAfter: 50,
        metrics: { delivered: () => undefined, checkpointWritten: () => undefined, blocked: (name) => blocked.push(name) },
      },
    );
    await host.start();
    await world.set({ content: { n: 0 } });
    await world.caughtUp(host);
    expect(blocked).toEqual(['sync-hog']);
    await world.set({ content: { n: 1 } });
    await world.caughtUp(host);
    await host.stop();
    expect(blocked).toEqual(['sync-hog', 'async-hog']);
    expect(lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['module'] ?? fields['modules'])).toEqual(['sync-hog', 'async-hog']);
  });

  it('tells how far behind a slow module is', async () => {
    const world = createWorld();
    const host = world.host([module('quick', () => undefined), module('slow', () => pause(20), {})], { maxInFlight: 2 });
    await host.start();
    for (let n = 0; n < 40; n += 1) await world.set({ user: `@user${n}:example.org` });
    const [quick, slow] = host.status().modules;
    expect(slow?.lagEvents).toBeGreaterThan(10);
    expect(slow?.inFlight).toBeLessThanOrEqual(2);
    expect(quick?.lagEvents).toBeLessThanOrEqual(slow?.lagEvents ?? 0);
    await until(() => (host.status().modules[1]?.lagSeconds ?? 0) > 0.05, 'time passes');
    await world.caughtUp(host);
    expect(host.status().modules[1]).toMatchObject({ lagEvents: 0, lagSeconds: 0, inFlight: 0 });
    await host.stop();
  });
});
