import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import type { SubscriptionBatch } from '../EventStore.js';
import { isAfter, isAtLeast, plus, type Position } from '@account-data/domain';
import { idsOf, newEvents, right, withContext } from './ContractContext.js';
import { eventually, someTurns } from './eventually.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

const expectInOrder = (batches: ReadonlyArray<SubscriptionBatch>): void => {
  let last: Position | undefined;
  for (const { events, checkpoint } of batches) {
    for (const { position } of events) {
      expect(last === undefined || isAfter(position, last)).toBe(true);
      last = position;
    }
    expect(last === undefined || isAtLeast(checkpoint, last)).toBe(true);
    last = checkpoint;
  }
};

/** Subscriptions: from an exclusive position on, in order, without gap or duplicate. */
export const subscriptionContract = (factory: EventStoreFactory): void => {
  describe('a subscription', () => {
    it(
      'catches up, then follows, and says which of the two it does',
      withContext(factory, async ({ stream, appended, follow, log }) => {
        await appended(stream('a'), newEvents(3), 'no-stream');
        const follower = follow();
        await follower.untilHealth('Live');
        await follower.untilCount(3);
        await appended(stream('b'), newEvents(2), 'no-stream');
        await follower.untilCount(5);
        expect(idsOf(follower.events())).toEqual(idsOf(await log()));
        expect(follower.events()).toEqual(await log());
        expectInOrder(follower.batches);
        expect(follower.healths.at(-1)?._tag).toBe('Live');
      }),
    );

    it(
      'begins after its position, exclusive, wherever that is',
      withContext(factory, async ({ stream, appended, follow, log }) => {
        for (let round = 0; round < 4; round += 1) await appended(stream('a'), newEvents(3), 'any');
        const whole = await log();
        for (const [index, { position }] of whole.entries()) {
          const follower = follow({ after: position });
          await follower.untilHealth('Live');
          await follower.untilCount(whole.length - index - 1);
          expect(idsOf(follower.events())).toEqual(idsOf(whole.slice(index + 1)));
          await follower.close();
        }
      }),
    );

    it(
      'shares the objects of live events with the others of its process, with room for what they are decoded to',
      withContext(factory, async ({ stream, appended, follow }) => {
        const first = follow();
        const second = follow();
        await first.untilHealth('Live');
        await second.untilHealth('Live');
        await appended(stream('a'), newEvents(3), 'no-stream');
        await first.untilCount(3);
        await second.untilCount(3);
        for (const [index, event] of first.events().entries()) {
          expect(event).toBe(second.events()[index]);
          expect(event).toHaveProperty('decoded', undefined);
        }
      }),
    );

    it(
      'goes on after any checkpoint without gap or duplicate, also after a restart',
      withContext(factory, async ({ stream, append, follow, log, reopen }) => {
        await Promise.all(Array.from({ length: 40 }, (_, index) => append(stream(`s${index % 3}`), newEvents(2), 'any')));
        const whole = idsOf(await log());
        const first = follow({ batchSize: 7 });
        await first.untilCount(whole.length);
        await first.close();
        await reopen();
        let seen = 0;
        for (const { events, checkpoint } of first.batches) {
          seen += events.length;
          const rest = follow({ after: checkpoint, batchSize: 11 });
          await rest.untilHealth('Live');
          await rest.untilCount(whole.length - seen);
          expect(idsOf(rest.events())).toEqual(whole.slice(seen));
          await rest.close();
        }
        expect(seen).toBe(whole.length);
      }),
    );

    it(
      'passes from catching up to following under concurrent appends without gap or duplicate',
      withContext(factory, async ({ stream, append, follow, log, start }) => {
        const write = async (writer: number): Promise<void> => {
          for (let round = 0; round < 40; round += 1) {
            const result = await append(stream(`w${writer}`), newEvents(1 + (round % 3)), 'any');
            if (E.isLeft(result)) throw new Error(`Appending failed: ${result.left._tag}.`);
          }
        };
        const writers = Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
        const followers = [follow({ batchSize: 3 })];
        for (let more = 0; more < 6; more += 1) {
          await someTurns(5);
          followers.push(follow({ batchSize: 1 + more * 5, after: start }));
        }
        await writers;
        const whole = idsOf(await log());
        for (const follower of followers) {
          await follower.untilCount(whole.length);
          expect(idsOf(follower.events())).toEqual(whole);
          expectInOrder(follower.batches);
          for (const { events } of follower.batches) expect(events.length).toBeLessThanOrEqual(31);
        }
      }),
    );

    it(
      'from beyond the end of the log fails, instead of passing over what comes up to there',
      withContext(factory, async ({ stream, appended, follow, log }) => {
        await appended(stream('a'), newEvents(1), 'no-stream');
        const last = (await log()).at(-1)?.position;
        if (last === undefined) throw new Error('The log has no event.');
        const follower = follow({ after: plus(last, 1_000_000_000) });
        await follower.untilHealth('Failed');
        expect(follower.batches).toEqual([]);
      }),
    );

    it(
      'hands over at most batchSize events at once',
      withContext(factory, async ({ stream, appended, follow }) => {
        await appended(stream('a'), newEvents(10), 'no-stream');
        const follower = follow({ batchSize: 4 });
        await follower.untilCount(10);
        await follower.untilHealth('Live');
        await appended(stream('a'), newEvents(10), 'any');
        await follower.untilCount(20);
        for (const { events } of follower.batches) expect(events.length).toBeLessThanOrEqual(4);
        expectInOrder(follower.batches);
      }),
    );

    it(
      'waits for the handler before it hands over the next batch',
      withContext(factory, async ({ stream, appended, follow, log }) => {
        let running = 0;
        let most = 0;
        const gates: Array<() => void> = [];
        await appended(stream('a'), newEvents(4), 'no-stream');
        const follower = follow({
          batchSize: 2,
          onBatch: async () => {
            running += 1;
            most = Math.max(most, running);
            await new Promise<void>((resolve) => gates.push(resolve));
            running -= 1;
          },
        });
        await eventually('the first batch', () => gates.length === 1);
        for (let round = 0; round < 5; round += 1) await appended(stream('a'), newEvents(2), 'any');
        await someTurns(20);
        expect(follower.batches).toHaveLength(1);
        const whole = idsOf(await log());
        await eventually('all events', () => {
          gates.shift()?.();
          return follower.events().length >= whole.length;
        });
        expect(most).toBe(1);
        expect(idsOf(follower.events())).toEqual(whole);
        for (const open of gates) open();
      }),
    );

    it(
      'gives only streams that match',
      withContext(factory, async ({ prefix, stream, appended, follow }) => {
        const follower = follow({ prefixes: [`${prefix}data-`, `${prefix}log`] });
        const names = ['data-a', 'data_tags-a', 'log', 'lo', 'data-b'];
        for (const name of names) await appended(stream(name), newEvents(1), 'any');
        await follower.untilCount(3);
        await follower.untilHealth('Live');
        for (const name of names) await appended(stream(name), newEvents(1), 'any');
        await follower.untilCount(6);
        const delivered = follower.events().map((event) => event.stream);
        expect(delivered).toEqual([...names, ...names].filter((name) => name !== 'data_tags-a' && name !== 'lo').map(stream));
      }),
    );

    it(
      'moves its checkpoint past foreign events',
      withContext(factory, async ({ prefix, stream, store, appended, follow, log }) => {
        await appended(stream('mine'), newEvents(1), 'no-stream');
        const mine = (await log()).at(-1)?.position;
        if (mine === undefined) throw new Error('Nothing was appended.');
        const follower = follow({ prefixes: [`${prefix}mine`], after: mine });
        await eventually('a checkpoint past the last event that matches', async () => {
          await appended(stream('foreign'), newEvents(200), 'any');
          return follower.batches.some(({ checkpoint }) => isAfter(checkpoint, mine));
        });
        const checkpoint = follower.batches.at(-1)?.checkpoint;
        await follower.close();
        if (checkpoint === undefined) throw new Error('No checkpoint.');
        expect(follower.events()).toEqual([]);
        await appended(stream('mine'), newEvents(1), 'any');
        const rest = follow({ prefixes: [`${prefix}mine`], after: checkpoint });
        await rest.untilCount(1);
        expect(rest.events()).toHaveLength(1);
        await right(store().head());
      }),
    );

    it(
      'hands over the same as any other subscription',
      withContext(factory, async ({ stream, append, follow }) => {
        const followers = [follow(), follow({ batchSize: 1 }), follow({ onBatch: () => Promise.resolve() })];
        await Promise.all(Array.from({ length: 50 }, (_, index) => append(stream(`s${index % 5}`), newEvents(1), 'any')));
        for (const follower of followers) await follower.untilCount(50);
        for (const follower of followers) expect(follower.events()).toEqual(followers[0]?.events());
      }),
    );
  });

  describe('a handler that throws', () => {
    const failures: ReadonlyArray<readonly [string, () => void | Promise<void>]> = [
      ['throws', () => { throw new Error('broken handler'); }],
      ['rejects', () => Promise.reject(new Error('broken handler'))],
    ];
    for (const [how, handler] of failures) {
      it(
        `(${how}) ends its subscription as Failed with the reason, and no other one`,
        withContext(factory, async ({ stream, appended, follow }) => {
          const healthy = follow();
          const broken = follow({ onBatch: handler });
          await appended(stream('a'), newEvents(1), 'no-stream');
          const health = await broken.untilHealth('Failed');
          expect(health).toMatchObject({ _tag: 'Failed', reason: { message: 'broken handler' } });
          await appended(stream('a'), newEvents(1), 'any');
          await healthy.untilCount(2);
          expect(broken.batches).toHaveLength(1);
          expect(broken.healths.at(-1)?._tag).toBe('Failed');
        }),
      );
    }
  });

  describe('closing a subscription', () => {
    it(
      'ends it: the handler is not called again',
      withContext(factory, async ({ stream, appended, follow }) => {
        const closing = follow();
        const other = follow();
        await appended(stream('a'), newEvents(1), 'no-stream');
        await closing.untilCount(1);
        await closing.close();
        await appended(stream('a'), newEvents(1), 'any');
        await other.untilCount(2);
        await someTurns(5);
        expect(closing.events()).toHaveLength(1);
        expect(closing.health()._tag).toBe('Closed');
        await closing.close();
      }),
    );

    it(
      'may be done by its own handler',
      withContext(factory, async ({ stream, appended, follow }) => {
        const other = follow();
        const closing = follow({
          batchSize: 1,
          onBatch: async () => {
            await closing.close();
          },
        });
        await appended(stream('a'), newEvents(3), 'no-stream');
        await other.untilCount(3);
        await closing.untilHealth('Closed');
        await someTurns(5);
        expect(closing.events()).toHaveLength(1);
      }),
    );
  });
};
