import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { Revision } from '@account-data/domain';
import { left, newEvents, right, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';
import { eventually } from './eventually.js';

/** Tombstones and stream metadata. */
export const tombstoneContract = (factory: EventStoreFactory): void => {
  describe('a tombstoned stream', () => {
    it(
      'can be neither read nor appended to, whatever is expected, also after a restart',
      withContext(factory, async ({ stream, store, append, appended, slice, reopen }) => {
        const name = stream('a');
        const stored = newEvents(2);
        await appended(name, stored, 'no-stream');
        await right(store().tombstone(name));
        const refusal = { _tag: 'StreamTombstoned', code: 'stream_tombstoned', stream: name };
        for (let round = 0; round < 2; round += 1) {
          expect(await slice(name)).toEqual({ _tag: 'Tombstoned' });
          expect(await slice(name, { direction: 'backwards' })).toEqual({ _tag: 'Tombstoned' });
          for (const expected of ['any', 'no-stream', Revision(1), Revision(5)] as const) {
            expect(await append(name, newEvents(1), expected)).toEqual(E.left(refusal));
          }
          expect(await append(name, stored, 'no-stream')).toEqual(E.left(refusal));
          expect(await left(store().streamMetadata(name))).toEqual(refusal);
          expect(await left(store().setStreamMetadata(name, { maxCount: 1 }))).toEqual(refusal);
          await reopen();
        }
      }),
    );

    it(
      'may be one that never had an event',
      withContext(factory, async ({ stream, store, append, slice, reopen }) => {
        const name = stream('never');
        await right(store().tombstone(name));
        await reopen();
        expect(await slice(name)).toEqual({ _tag: 'Tombstoned' });
        expect(await append(name, newEvents(1), 'no-stream')).toMatchObject(E.left({ _tag: 'StreamTombstoned' }));
        expect(await append(name, newEvents(1), 'any')).toMatchObject(E.left({ _tag: 'StreamTombstoned' }));
      }),
    );

    it(
      'may be tombstoned again',
      withContext(factory, async ({ stream, store, appended }) => {
        const name = stream('a');
        await appended(name, newEvents(1), 'no-stream');
        await right(store().tombstone(name));
        await right(store().tombstone(name));
        await right(store().tombstone(name));
      }),
    );

    it(
      'takes no other stream with it',
      withContext(factory, async ({ stream, store, appended, events, log, follow }) => {
        const kept = [stream('a'), stream('ab'), stream('a-b')];
        for (const name of [...kept, stream('gone')]) await appended(name, newEvents(2), 'no-stream');
        await right(store().tombstone(stream('gone')));
        for (const name of kept) expect(await events(name)).toHaveLength(2);
        expect((await log()).filter((event) => event.stream !== stream('gone'))).toHaveLength(6);
        const follower = follow();
        await appended(stream('a'), newEvents(1), 'any');
        // Of the tombstoned stream a subscription may tell, or not.
        const others = (): number => follower.events().filter((event) => event.stream !== stream('gone')).length;
        await eventually('every event of the others to come', () => others() >= 7);
        expect(others()).toBe(7);
      }),
    );
  });

  describe('stream metadata', () => {
    it(
      'is empty at first, is what was set last, and outlives a restart',
      withContext(factory, async ({ stream, store, appended, reopen, slice }) => {
        const name = stream('a');
        expect(await right(store().streamMetadata(name))).toEqual({});
        await right(store().setStreamMetadata(name, { maxCount: 5 }));
        expect(await slice(name)).toEqual({ _tag: 'NoStream' });
        await appended(name, newEvents(1), 'no-stream');
        await right(store().setStreamMetadata(name, { maxCount: 2 }));
        await reopen();
        expect(await right(store().streamMetadata(name))).toEqual({ maxCount: 2 });
        await right(store().setStreamMetadata(name, {}));
        expect(await right(store().streamMetadata(name))).toEqual({});
      }),
    );

    it(
      'maxCount leaves only the last events to be read, while revisions go on',
      withContext(factory, async ({ stream, store, appended, events, slice, reopen }) => {
        const name = stream('a');
        const other = stream('b');
        await appended(other, newEvents(4), 'no-stream');
        await right(store().setStreamMetadata(name, { maxCount: 2 }));
        const revisions = async (): Promise<unknown> => (await events(name)).map(({ revision }) => revision);
        await appended(name, newEvents(1), 'no-stream');
        expect(await revisions()).toEqual(['0']);
        await appended(name, newEvents(3), Revision(0));
        expect(await revisions()).toEqual(['2', '3']);
        for (let round = 0; round < 10; round += 1) await appended(name, newEvents(1), Revision(3 + round));
        await reopen();
        expect(await revisions()).toEqual(['12', '13']);
        const backwards = await slice(name, { direction: 'backwards', limit: 10 });
        expect(backwards).toMatchObject({ _tag: 'Events', events: [{ revision: '13' }, { revision: '12' }] });
        expect(await events(other)).toHaveLength(4);
      }),
    );
  });
};
