import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { isAtLeast, type Position, Revision } from '@account-data/domain';
import { idsOf, newEvents, right, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

/** What outlives a restart, and what closing means. */
export const lifetimeContract = (factory: EventStoreFactory): void => {
  describe('what was acknowledged', () => {
    it(
      'is there after a restart, in the same order at the same positions, and goes on from there',
      withContext(factory, async ({ stream, append, appended, events, log, reopen, store }) => {
        const names = ['a', 'b', 'c'].map(stream);
        for (let round = 0; round < 3; round += 1) {
          const results = await Promise.all(
            Array.from({ length: 20 }, (_, index) => append(names[index % 3] ?? stream('a'), newEvents(1 + (index % 2)), 'any')),
          );
          expect(results.every(E.isRight)).toBe(true);
          const before = { log: await log(), head: await right(store().head()) };
          await reopen();
          expect(await log()).toEqual(before.log);
          expect(isAtLeast((await right(store().head())) as Position, before.head as Position)).toBe(true);
        }
        const length = (await events(stream('a'))).length;
        expect((await appended(stream('a'), newEvents(1), Revision(length - 1))).revision).toBe(String(length));
      }),
    );

    it(
      'is what a subscription was told, and nothing else',
      withContext(factory, async ({ stream, append, follow, log, reopen }) => {
        const follower = follow();
        await Promise.all(Array.from({ length: 100 }, (_, index) => append(stream(`s${index % 9}`), newEvents(1), 'any')));
        await follower.untilCount(100);
        const told = follower.events();
        await follower.close();
        await reopen();
        expect(idsOf(await log())).toEqual(idsOf(told));
        expect((await log()).map(({ position }) => position)).toEqual(told.map(({ position }) => position));
      }),
    );
  });

  describe('closing a store', () => {
    it(
      'finishes appends in flight',
      withContext(factory, async ({ stream, store, reopen, events }) => {
        const proposals = newEvents(20);
        const pending = proposals.map((event, index) => store().append(stream(`s${index}`), [event], 'no-stream')());
        await store().close();
        const results = await Promise.all(pending);
        expect(results.every(E.isRight)).toBe(true);
        await reopen();
        for (const [index, event] of proposals.entries()) expect(idsOf(await events(stream(`s${index}`)))).toEqual([event.id]);
      }),
    );

    it(
      'finishes appends in flight also of a store that has been written to and followed before',
      withContext(factory, async ({ stream, store, appended, follow, reopen, events }) => {
        const follower = follow();
        await appended(stream('before'), newEvents(1), 'no-stream');
        await follower.untilCount(1);
        const proposals = newEvents(20);
        const pending = proposals.map((event, index) => store().append(stream(`s${index}`), [event], 'no-stream')());
        await store().close();
        const results = await Promise.all(pending);
        expect(results.every(E.isRight)).toBe(true);
        await reopen();
        for (const [index, event] of proposals.entries()) expect(idsOf(await events(stream(`s${index}`)))).toEqual([event.id]);
      }),
    );

    it(
      'ends its subscriptions as Closed and refuses what comes later',
      withContext(factory, async ({ stream, store, appended, follow }) => {
        const follower = follow();
        await appended(stream('a'), newEvents(1), 'no-stream');
        await follower.untilCount(1);
        const closing = store();
        await closing.close();
        await follower.untilHealth('Closed');
        const refused = E.left({ _tag: 'StoreClosed', code: 'store_closed' });
        expect(await closing.append(stream('a'), newEvents(1), 'any')()).toEqual(refused);
        expect(await closing.read(stream('a'), { limit: 1 })()).toEqual(refused);
        expect(await closing.readAll({ after: 'start', limit: 1 })()).toEqual(refused);
        expect(await closing.head()()).toEqual(refused);
        expect(await closing.setStreamMetadata(stream('a'), {})()).toEqual(refused);
        expect(await closing.streamMetadata(stream('a'))()).toEqual(refused);
        expect(await closing.tombstone(stream('a'))()).toEqual(refused);
      }),
    );

    it(
      'may be done twice, and at once from several sides',
      withContext(factory, async ({ store }) => {
        const closing = store();
        await Promise.all([closing.close(), closing.close()]);
        await closing.close();
      }),
    );
  });
};
