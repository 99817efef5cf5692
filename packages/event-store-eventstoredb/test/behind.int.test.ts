import { type Position, plus } from '@account-data/event-store';
import { describe, expect, it } from 'vitest';
import { eventually, newEvent, openStore, right, stream, watch, withServer } from './support/withServer.js';

for (const version of ['22.10.5', '24.10.0']) {
  describe(`a subscription from beyond the end of the log of a node of version ${version}`, () => {
    it(
      'fails, and says where the log ends, instead of passing over what comes up to that position',
      withServer({ version }, async (_server, store) => {
        await right(store.append(stream('s'), [newEvent(1)], 'no-stream'));
        const head = (await right(store.head())) as Position;
        const lost = plus(head, 1_000_000);
        const watched = watch(store, { after: lost, prefixes: ['s'] });
        await eventually('it to fail', () => watched.subscription.health()._tag === 'Failed');
        const health = watched.subscription.health();
        expect(health._tag === 'Failed' && health.reason instanceof Error ? health.reason.message : '').toContain(
          `the log ends at position ${head}, before position ${lost}`,
        );
        expect(watched.ids()).toEqual([]);
      }),
    );

    it(
      'goes on where a node only lagged, and the log has the position a moment later',
      withServer({ version }, async (server, store) => {
        await right(store.append(stream('s'), [newEvent(1)], 'no-stream'));
        const head = (await right(store.head())) as Position;
        const ahead = plus(head, 1);
        const watched = watch(store, { after: ahead, prefixes: ['s'] });
        await eventually('it to be cut off', () => watched.healths.some(({ _tag }) => _tag === 'Reconnecting'));
        const other = openStore(server.connectionString);
        const events = [newEvent(2), newEvent(3)];
        for (const event of events) await right(other.append(stream('s'), [event], 'any'));
        await eventually('it to be live', () => watched.subscription.health()._tag === 'Live');
        await other.close();
      }),
    );
  });
}
