import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { Revision } from '@account-data/domain';
import { idsOf, newEvents, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

/** The same event ids again (EventStoreDB: "Optimistic concurrency and idempotence", section "Idempotence"). */
export const idempotenceContract = (factory: EventStoreFactory): void => {
  describe('the same event ids with the original expected revision', () => {
    it(
      'are acknowledged with their revision and stored once',
      withContext(factory, async ({ stream, appended, events, log }) => {
        const name = stream('a');
        const first = newEvents(2);
        const second = newEvents(1);
        await appended(name, first, 'no-stream');
        await appended(name, second, Revision(1));
        expect((await appended(name, second, Revision(1))).revision).toBe('2');
        expect((await appended(name, first, 'no-stream')).revision).toBe('1');
        expect(idsOf(await events(name))).toEqual(idsOf([...first, ...second]));
        expect(await log()).toHaveLength(3);
      }),
    );

    it(
      'are acknowledged also when the stream has moved on, and after a restart',
      withContext(factory, async ({ stream, appended, events, reopen }) => {
        const name = stream('a');
        const batches = Array.from({ length: 6 }, () => newEvents(2));
        for (const [index, batch] of batches.entries()) {
          await appended(name, batch, index === 0 ? 'no-stream' : Revision(index * 2 - 1));
        }
        for (let round = 0; round < 2; round += 1) {
          for (const [index, batch] of batches.entries()) {
            const again = await appended(name, batch, index === 0 ? 'no-stream' : Revision(index * 2 - 1));
            expect(again.revision).toBe(String(index * 2 + 1));
          }
          await reopen();
        }
        expect(idsOf(await events(name))).toEqual(idsOf(batches.flat()));
      }),
    );

    it(
      'are stored once also when both appends are in flight together',
      withContext(factory, async ({ stream, append, events }) => {
        const name = stream('a');
        const batch = newEvents(3);
        const results = await Promise.all([1, 2, 3, 4].map(() => append(name, batch, 'no-stream')));
        for (const result of results) {
          if (E.isLeft(result)) throw new Error(`Expected an acknowledgement, got ${result.left._tag}.`);
          expect(result.right.revision).toBe('2');
        }
        expect(idsOf(await events(name))).toEqual(idsOf(batch));
      }),
    );

    it(
      'are acknowledged for a first part of the batch that was stored',
      withContext(factory, async ({ stream, appended, events }) => {
        const name = stream('a');
        const batch = newEvents(3);
        await appended(name, batch, 'no-stream');
        expect((await appended(name, batch.slice(0, 2), 'no-stream')).revision).toBe('1');
        expect(await events(name)).toHaveLength(3);
      }),
    );

    it(
      'belong to their stream: another stream may hold the same ids',
      withContext(factory, async ({ stream, appended, events }) => {
        const batch = newEvents(2);
        await appended(stream('a'), batch, 'no-stream');
        await appended(stream('b'), batch, 'no-stream');
        expect(idsOf(await events(stream('b')))).toEqual(idsOf(batch));
      }),
    );

    it(
      'with any are stored once when sent again at once',
      withContext(factory, async ({ stream, appended, events }) => {
        const name = stream('a');
        const batch = newEvents(2);
        expect((await appended(name, batch, 'any')).revision).toBe('1');
        expect((await appended(name, batch, 'any')).revision).toBe('1');
        expect(idsOf(await events(name))).toEqual(idsOf(batch));
      }),
    );
  });

  describe('event ids that are stored only in part', () => {
    const conflict = { _tag: 'RevisionConflict', code: 'revision_conflict' };

    it(
      'conflict, and nothing of them is appended',
      withContext(factory, async ({ stream, append, appended, events }) => {
        const name = stream('a');
        const stored = newEvents(3);
        const [first, second, third] = stored;
        const [fresh] = newEvents(1);
        if (first === undefined || second === undefined || third === undefined || fresh === undefined) throw new Error('No events.');
        await appended(name, stored, 'no-stream');
        const attempts = [
          await append(name, [first, fresh], 'no-stream'),
          await append(name, [first, second, third, fresh], 'no-stream'),
          await append(name, [second, third], 'no-stream'),
          await append(name, [third, fresh], Revision(1)),
          await append(name, [first, third], 'no-stream'),
        ];
        for (const attempt of attempts) {
          expect(attempt).toMatchObject(E.left({ ...conflict, stream: name, actual: '2' }));
        }
        expect(await events(name)).toHaveLength(3);
      }),
    );

    it(
      'conflict where the ids are right and the expected revision is not the original one',
      withContext(factory, async ({ stream, append, appended, events }) => {
        const name = stream('a');
        const batch = newEvents(1);
        await appended(name, newEvents(1), 'no-stream');
        await appended(name, batch, Revision(0));
        await appended(name, newEvents(1), Revision(1));
        expect(await append(name, batch, 'no-stream')).toMatchObject(E.left({ ...conflict, actual: '2' }));
        expect(await append(name, batch, Revision(1))).toMatchObject(E.left({ ...conflict, actual: '2' }));
        expect(await events(name)).toHaveLength(3);
      }),
    );
  });
};
