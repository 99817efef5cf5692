import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { isAfter, plus, Position, Revision } from '@account-data/domain';
import { idsOf, newEvent, newEvents, withContext } from './ContractContext.js';
import { someTurns } from './eventually.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

/** Appending and what it expects of the stream (EventStoreDB: "Optimistic concurrency and idempotence"). */
export const appendContract = (factory: EventStoreFactory): void => {
  describe('append', () => {
    it(
      'stores events in their order, with revisions from 0 on, and tells the last one',
      withContext(factory, async ({ stream, appended, events }) => {
        const name = stream('a');
        const proposed = newEvents(3);
        const result = await appended(name, proposed, 'no-stream');
        expect(result.revision).toBe('2');
        const stored = await events(name);
        expect(idsOf(stored)).toEqual(idsOf(proposed));
        expect(stored.map(({ revision }) => revision)).toEqual(['0', '1', '2']);
      }),
    );

    it(
      'goes on from an exact revision',
      withContext(factory, async ({ stream, appended }) => {
        const name = stream('a');
        expect((await appended(name, newEvents(1), 'no-stream')).revision).toBe('0');
        expect((await appended(name, newEvents(2), Revision(0))).revision).toBe('2');
        expect((await appended(name, newEvents(1), Revision(2))).revision).toBe('3');
      }),
    );

    it(
      'demands nothing with any',
      withContext(factory, async ({ stream, appended, events }) => {
        const name = stream('a');
        expect((await appended(name, newEvents(1), 'any')).revision).toBe('0');
        expect((await appended(name, newEvents(1), 'any')).revision).toBe('1');
        expect((await appended(name, newEvents(1), Revision(1))).revision).toBe('2');
        expect(await events(name)).toHaveLength(3);
      }),
    );

    it(
      'answers a conflict with what was expected and what is, and appends nothing',
      withContext(factory, async ({ stream, append, appended, events }) => {
        const name = stream('a');
        const fresh = stream('fresh');
        await appended(name, newEvents(2), 'no-stream');
        const conflict = (expected: Revision | 'no-stream', actual: Revision | 'no-stream', of = name): unknown =>
          E.left({ _tag: 'RevisionConflict', code: 'revision_conflict', stream: of, expected, actual });
        const one = Revision(1);
        expect(await append(name, newEvents(1), 'no-stream')).toEqual(conflict('no-stream', one));
        expect(await append(name, newEvents(1), Revision(0))).toEqual(conflict(Revision(0), one));
        expect(await append(name, newEvents(1), Revision(2))).toEqual(conflict(Revision(2), one));
        expect(await append(name, newEvents(3), Revision(7))).toEqual(conflict(Revision(7), one));
        expect(await append(fresh, newEvents(1), Revision(0))).toEqual(conflict(Revision(0), 'no-stream', fresh));
        expect(await events(name)).toHaveLength(2);
      }),
    );

    it(
      'does nothing before its task is run, and again each time it is run',
      withContext(factory, async ({ stream, store, slice, events }) => {
        const name = stream('a');
        const task = store().append(name, newEvents(1), 'no-stream');
        expect(await slice(name)).toEqual({ _tag: 'NoStream' });
        expect(E.isRight(await task())).toBe(true);
        expect(E.isRight(await task())).toBe(true);
        expect(await events(name)).toHaveLength(1);
      }),
    );

    it(
      'gives each event of the log a position greater than that of the one before',
      withContext(factory, async ({ stream, append, log }) => {
        const appends = Array.from({ length: 40 }, (_, index) => append(stream(`s${index % 7}`), newEvents(1 + (index % 3)), 'any'));
        const results = await Promise.all(appends);
        const stored = await log();
        expect(stored).toHaveLength(results.reduce((sum, _, index) => sum + 1 + (index % 3), 0));
        const positions = stored.map(({ position }) => position);
        for (let index = 1; index < positions.length; index += 1) {
          expect(isAfter(positions[index] ?? Position(0), positions[index - 1] ?? Position(0))).toBe(true);
        }
        for (const [index, result] of results.entries()) {
          if (E.isLeft(result)) throw new Error(`Appending failed: ${result.left._tag}.`);
          const { position, firstPosition } = result.right;
          if (position !== undefined) expect(positions).toContain(position);
          if (firstPosition === undefined || position === undefined) continue;
          const counted = Array.from({ length: 1 + (index % 3) }, (_, n) => plus(firstPosition, n));
          expect(counted.at(-1)).toBe(position);
          expect(positions).toEqual(expect.arrayContaining(counted));
        }
      }),
    );

    it(
      'gives back ids, types, data, metadata, and when it was recorded',
      withContext(factory, async ({ stream, appended, events, log }) => {
        const name = stream('a');
        const proposed = newEvent('Kind.of "event"', { nested: { list: [1, 'two', null, true] } }, { $correlationId: 'c', by: 'us' });
        await appended(name, [proposed], 'no-stream');
        const [recorded] = await events(name);
        const [positioned] = await log();
        expect(recorded).toMatchObject({ ...proposed, stream: name, revision: '0' });
        expect(recorded).not.toHaveProperty('position');
        expect(Number.isSafeInteger(recorded?.created)).toBe(true);
        expect(positioned).toMatchObject({ ...proposed, stream: name, revision: '0', created: recorded?.created });
        expect(typeof positioned?.position).toBe('string');
      }),
    );
  });

  describe('an append of several events', () => {
    it(
      'is seen whole or not at all, by whoever reads meanwhile',
      withContext(factory, async ({ stream, appended, slice }) => {
        const name = stream('a');
        const writer = { done: false };
        const seen: Array<number> = [];
        const reader = (async (): Promise<void> => {
          while (!writer.done) {
            const found = await slice(name);
            if (found._tag === 'Events') seen.push(found.events.length);
            await someTurns(1);
          }
        })();
        for (let batch = 0; batch < 10; batch += 1) {
          await appended(name, newEvents(5), batch === 0 ? 'no-stream' : Revision(batch * 5 - 1));
        }
        writer.done = true;
        await reader;
        expect(seen.filter((length) => length % 5 !== 0)).toEqual([]);
      }),
    );

    it(
      'is refused as a whole',
      withContext(factory, async ({ stream, append, appended, events, log }) => {
        const name = stream('a');
        await appended(name, newEvents(1), 'no-stream');
        expect(E.isLeft(await append(name, newEvents(5), 'no-stream'))).toBe(true);
        expect(await events(name)).toHaveLength(1);
        expect(await log()).toHaveLength(1);
      }),
    );
  });

  describe('64 appends at once', () => {
    it(
      'to one stream at one revision: one is stored, the others conflict and are told where the stream is',
      withContext(factory, async ({ stream, append, appended, events }) => {
        const name = stream('a');
        await appended(name, newEvents(1), 'no-stream');
        const proposals = newEvents(64);
        const results = await Promise.all(proposals.map((event) => append(name, [event], Revision(0))));
        const winners = proposals.filter((_, index) => E.isRight(results[index] ?? E.left(undefined)));
        expect(winners).toHaveLength(1);
        for (const result of results) {
          if (E.isLeft(result)) expect(result.left).toMatchObject({ _tag: 'RevisionConflict', expected: '0', actual: '1' });
        }
        expect(idsOf(await events(name)).slice(1)).toEqual(idsOf(winners));
      }),
    );

    it(
      'to one stream at revisions that follow each other, sent in order: a chain without gaps',
      withContext(factory, async ({ stream, append, events }) => {
        const name = stream('a');
        const proposals = newEvents(64);
        // Sent without waiting; each one that overtook another conflicts and is sent again.
        let open = proposals.map((event, index) => ({ event, expected: index === 0 ? ('no-stream' as const) : Revision(index - 1) }));
        for (let round = 0; open.length > 0 && round < 64; round += 1) {
          const results = await Promise.all(open.map(({ event, expected }) => append(name, [event], expected)));
          open = open.filter((_, index) => E.isLeft(results[index] ?? E.left(undefined)));
        }
        expect(idsOf(await events(name))).toEqual(idsOf(proposals));
      }),
    );

    it(
      'to 64 streams: all are stored, each once',
      withContext(factory, async ({ stream, append, events, log }) => {
        const names = Array.from({ length: 64 }, (_, index) => stream(`s${index}`));
        const results = await Promise.all(names.map((name) => append(name, newEvents(2), 'no-stream')));
        expect(results.every(E.isRight)).toBe(true);
        for (const name of names) expect(await events(name)).toHaveLength(2);
        expect(await log()).toHaveLength(128);
      }),
    );
  });
};
