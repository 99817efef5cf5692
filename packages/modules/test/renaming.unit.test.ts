import type { RoomId } from '@account-data/domain';
import { readRoom } from '@account-data/rooms';
import { describe, expect, it } from 'vitest';
import type { ConfiguredModule, ModulePolicy } from '../src/index.js';
import { createWorld, lastProgress, module, names, right, until } from './support/world.js';

const room = '!hall:example.org' as RoomId;
const park: Partial<ModulePolicy> = { failure: { onFailure: 'park', attempts: 1, backoff: { initial: 1, maximum: 1, factor: 1 } } };

/** Announces each change in a room. */
const announcing = (name: string, renamedFrom?: string, isBroken: () => boolean = () => false): ConfiguredModule => ({
  ...module(
    name,
    async (userId, _roomId, _type, content, { api }) => {
      if (isBroken()) throw new Error('down');
      await api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: room, sender: '@a:example.org', content: { userId, n: content['n'] ?? null } });
    },
    park,
  ),
  ...(renamedFrom === undefined ? {} : { renamedFrom }),
});

const announced = async ({ store }: ReturnType<typeof createWorld>): Promise<ReadonlyArray<unknown>> =>
  right(await readRoom({ store, names }, room)('start', 100)()).events.map(({ content }) => content['n']);

describe('a module that was renamed', () => {
  it('sends into a room nothing that it sent under a former name, however often it was renamed, the setting kept or not', async () => {
    const world = createWorld();
    const store = world.store.connect();
    const first = createWorld(world.runtime, store).host([announcing('first')], { checkpoint: { milliseconds: 3_600_000 } });
    await first.start();
    for (let n = 0; n < 3; n += 1) await world.set({ content: { n } });
    await until(async () => (await announced(world)).length === 3, 'all is announced');
    // Nothing of this was written down: all of it is delivered again.
    store.abandon();
    const second = world.host([announcing('second', 'first')]);
    await second.start();
    await world.caughtUp(second);
    await second.stop();
    expect(await announced(world)).toEqual([0, 1, 2]);
    const third = world.host([announcing('third', 'second')]);
    await third.start();
    await third.stop();
    const last = world.host([announcing('third')]);
    await last.start();
    right(await last.replay('third', { from: { _tag: 'Start' } })());
    await world.set({ content: { n: 3 } });
    await world.caughtUp(last);
    await last.stop();
    expect(await announced(world)).toEqual([0, 1, 2, 3]);
    expect(await lastProgress(world.store)).toMatchObject({ modules: { third: { formerNames: ['first', 'second'] } } });
  });

  it('lists, drives again and drops what was parked under its former names', async () => {
    const world = createWorld();
    let isBroken = true;
    const parkOne = async (configured: ConfiguredModule, n: number): Promise<string> => {
      const host = world.host([configured]);
      await host.start();
      const { eventId } = await world.set({ user: `@user${n}:example.org`, content: { n } });
      await until(() => host.status().modules[0]?.parked === n + 1, 'it is parked');
      await host.stop();
      return eventId;
    };
    const ids = [await parkOne(announcing('first', undefined, () => isBroken), 0)];
    ids.push(await parkOne(announcing('first', undefined, () => isBroken), 1));
    ids.push(await parkOne(announcing('second', 'first', () => isBroken), 2));
    const host = world.host([announcing('third', 'second', () => isBroken)]);
    await host.start();
    expect(host.status().modules[0]?.parked).toBe(3);
    expect(right(await host.parked('third')()).map(({ eventId }) => eventId)).toEqual(ids);
    expect(right(await host.redrive('third', 'all')()).map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(right(await host.parked('third')())).toMatchObject(ids.map((eventId) => ({ eventId, attempts: 2 })));
    isBroken = false;
    expect(right(await host.dropParked('third', { eventId: ids[0] ?? '' })())).toBe(1);
    expect(right(await host.redrive('third', 'all')()).map(({ outcome }) => outcome)).toEqual(['handled', 'handled']);
    expect(host.status().modules[0]?.parked).toBe(0);
    await host.stop();
    const restarted = world.host([announcing('third')]);
    await restarted.start();
    expect(right(await restarted.parked('third')())).toEqual([]);
    await restarted.stop();
    expect(await announced(world)).toEqual([1, 2]);
  });

  it('keeps its former names from others, until it is forgotten; it may have one of them again itself', async () => {
    const world = createWorld();
    for (const configured of [announcing('first'), announcing('second', 'first')]) {
      const host = world.host([configured]);
      await host.start();
      await host.stop();
    }
    const taken = world.host([announcing('second'), announcing('first')]);
    await expect(taken.start()).rejects.toMatchObject({ code: 'module_name_taken', module: 'first' });
    await taken.stop();
    expect(() => world.host([announcing('second', 'first'), announcing('first')])).toThrow(/second can't be renamed from first/);
    const back = world.host([announcing('first', 'second')]);
    await back.start();
    await back.stop();
    const without = world.host([announcing('other')]);
    await without.start();
    right(await without.forget('first')());
    await without.stop();
    const free = world.host([announcing('second')]);
    await free.start();
    await free.stop();
  });
});
