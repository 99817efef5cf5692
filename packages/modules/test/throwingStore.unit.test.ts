import { type EventStore, type InMemoryEventStore, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModuleHost, type ModuleHostOptions, type ModulePolicy } from '../src/index.js';
import { alice, createWorld, module, names, until } from './support/world.js';

const once = { initial: 1, maximum: 1, factor: 1 };

/** A store with a defect: it throws, where a store answers with an error. */
const throwing = (store: InMemoryEventStore, isThrowing: (what: 'append' | 'readAll', stream: string) => boolean): EventStore => ({
  ...store,
  append: (stream, events, expected) => async () => {
    if (isThrowing('append', stream)) throw new Error('a defect');
    return store.append(stream, events, expected)();
  },
  readAll: (options) => async () => {
    if (isThrowing('readAll', options.prefixes?.[0] ?? '')) throw new Error('a defect');
    return store.readAll(options)();
  },
});

const unhandled: Array<unknown> = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
});

const failing = (failure: ModulePolicy['failure']): ModuleHostOptions['modules'] => [
  module(
    'failing',
    () => {
      throw new Error('down');
    },
    { failure },
  ),
];

const hasFailed = async (host: ModuleHost): Promise<void> => {
  await until(() => host.status().state === 'failed', 'the host has failed');
  expect(host.status().failure).toBe('a defect');
  await new Promise((resolve) => setTimeout(resolve, 10));
  await host.stop(10);
  expect(unhandled).toEqual([]);
};

describe('a store that throws', () => {
  const memory = (): InMemoryEventStore => createInMemoryEventStore({ runtime: systemRuntime });

  it('ends delivery visibly where a delivery is to be parked, and leaves the process alive', async () => {
    const store = memory();
    const world = createWorld(systemRuntime, store);
    const host = world.host(failing({ onFailure: 'park', attempts: 1, backoff: once }), {
      store: throwing(store, (what, stream) => what === 'append' && stream === names.parked('failing')),
    });
    await host.start();
    await world.set();
    await hasFailed(host);
  });

  it('ends delivery visibly where a held user is read again', async () => {
    const store = memory();
    const world = createWorld(systemRuntime, store);
    let isHeld = false;
    const host = world.host(failing({ onFailure: 'park', attempts: 3, backoff: { initial: 50, maximum: 50, factor: 1 } }), {
      store: throwing(store, (what, prefix) => isHeld && what === 'readAll' && prefix === names.accountData(alice)),
    });
    await host.start();
    await world.set();
    await world.set();
    isHeld = true;
    await hasFailed(host);
  });

  it('ends delivery visibly where progress is written', async () => {
    const store = memory();
    const world = createWorld(systemRuntime, store);
    let isStarted = false;
    const host = world.host([module('fine', () => undefined)], {
      store: throwing(store, (what, stream) => isStarted && what === 'append' && stream === names.modules('default')),
      checkpoint: { milliseconds: 5 },
    });
    await host.start();
    isStarted = true;
    await world.set();
    await hasFailed(host);
  });

  it('ends delivery visibly where a module catches up', async () => {
    const store = memory();
    const world = createWorld(systemRuntime, store);
    const first = world.host([module('old', () => undefined)]);
    await first.start();
    await world.set();
    await world.caughtUp(first);
    await first.stop();
    const host = world.host([module('old', () => undefined), module('new', () => undefined)], {
      store: throwing(store, (what) => what === 'readAll'),
    });
    await host.start();
    await hasFailed(host);
  });
});
