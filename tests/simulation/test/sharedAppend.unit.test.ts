import { createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore, StreamName, type WriteFault } from '@account-data/event-store';
import { simulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

const alice = '@alice:example.org';

describe('changes of one user that share an append', () => {
  it.each(['unavailable', 'request-lost'] as const)(
    'a repetition is not acknowledged by an append that did not happen (%s)',
    async (fault) => {
      const world = simulatedRuntime({ seed: 1 });
      let faults: Array<WriteFault> = [];
      const store = createInMemoryEventStore({ runtime: world, flushDelay: 1, fault: () => faults.shift() });
      const starting = createAccountDataEngine({ store, runtime: world });
      await world.advance(1_000);
      const engine = await starting;
      const set = () =>
        engine.tasks.setAccountData(alice, null, 'org.example.theme', { theme: 'dark' }, { requestKey: 'once', await: 'appended' })();
      faults = [fault];
      const both = Promise.all([set(), set()]);
      await world.advance(1_000);
      const [first, second] = await both;
      expect(E.isLeft(first)).toBe(true);
      const events = store.read(StreamName(`account_data-${alice}`), { limit: 10 })();
      await world.advance(1_000);
      expect(await events).toMatchObject({ right: { events: [{ revision: '0' }] } });
      expect(second).toMatchObject({ right: { revision: '0' } });
    },
  );

  it('a refusal is not given for what an append would have changed that did not happen', async () => {
    const world = simulatedRuntime({ seed: 1 });
    let faults: Array<WriteFault> = [];
    const store = createInMemoryEventStore({ runtime: world, flushDelay: 1, fault: () => faults.shift() });
    const starting = createAccountDataEngine({ store, runtime: world });
    await world.advance(1_000);
    const engine = await starting;
    const create = (n: number) =>
      engine.tasks.setAccountData(alice, null, 'org.example.lock', { n }, { ifRevision: 'absent', await: 'appended' })();
    faults = ['unavailable'];
    const both = Promise.all([create(1), create(2)]);
    await world.advance(1_000);
    const [first, second] = await both;
    expect(first).toMatchObject({ left: { code: 'store_unavailable' } });
    expect(second).toMatchObject({ right: { revision: '0' } });
  });
});
