import { describe, expect, it } from 'vitest';
import { plus, Revision } from '@account-data/domain';
import type { PositionedEvent } from '../Event.js';
import type { EventAddress, ReadAtOptions } from '../EventStore.js';
import { type ContractContext, newEvent, newEvents, right, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

type Found = ReadonlyArray<PositionedEvent | undefined>;

const readAt = async ({ store }: ContractContext, places: ReadonlyArray<EventAddress>, options: ReadAtOptions = {}): Promise<Found> => {
  const { readAt: read } = store();
  if (read === undefined) throw new Error('The store reads no events by their places.');
  return right(read(places, options));
};

const told = (event: PositionedEvent | undefined): unknown =>
  event === undefined
    ? undefined
    : [event.stream, event.revision, event.id, event.type, JSON.stringify(event.data), JSON.stringify(event.metadata), event.created, event.position];

/** Every second, every third and so on of the events, which are those of the log in some order. */
const scattered = (events: ReadonlyArray<PositionedEvent>): ReadonlyArray<PositionedEvent> =>
  events.map((_, index) => events[(index * 37) % events.length] as PositionedEvent);

/** Reads of single events by their places. */
export const addressContract = (factory: EventStoreFactory): void => {
  if (factory.readsAt === false) {
    describe('reads of events by their places', () => {
      it(
        'are left to reads of streams',
        withContext(factory, ({ store }) => {
          expect(store().readAt).toBeUndefined();
          return Promise.resolve();
        }),
      );
    });
    return;
  }
  describe('reads of events by their places', () => {
    it(
      'give what the log gives, in the order that was asked for, as events and as texts',
      withContext(factory, async (context) => {
        const { stream, append, appended, log, reopen } = context;
        await Promise.all(Array.from({ length: 40 }, (_, index) => append(stream(`s${index % 3}`), newEvents(1 + (index % 7)), 'any')));
        const odd = ['ü "x" \\ \u2028 👋', '\ud800', '{}],[', 'x'.repeat(40_000)] as const;
        await appended(stream('ü "quoted" \\'), odd.map((text) => newEvent('Тип "x"', { [text]: text }, { text })), 'no-stream');
        const asked = scattered(await log());
        for (let round = 0; round < 2; round += 1) {
          for (const events of [asked, [...asked].reverse(), await log(), [...(await log())].reverse()]) {
            expect((await readAt(context, events)).map(told)).toEqual(events.map(told));
          }
          expect((await readAt(context, asked, { texts: { bytes: Buffer.alloc(0) } })).map(told)).toEqual(asked.map(told));
          await reopen();
        }
      }),
    );

    it(
      'give the same event as often as it is asked for, and nothing for no places',
      withContext(factory, async (context) => {
        await context.appended(context.stream('a'), newEvents(3), 'no-stream');
        const [first, , last] = (await context.log()) as readonly [PositionedEvent, PositionedEvent, PositionedEvent];
        expect((await readAt(context, [last, first, first, last])).map((event) => event?.id)).toEqual([last.id, first.id, first.id, last.id]);
        expect(await readAt(context, [])).toEqual([]);
      }),
    );

    it(
      'give nothing for a place where the event of another stream or revision is, or none',
      withContext(factory, async (context) => {
        await context.appended(context.stream('a'), newEvents(2), 'no-stream');
        await context.appended(context.stream('b'), newEvents(1), 'no-stream');
        const [first, second, other] = (await context.log()) as readonly [PositionedEvent, PositionedEvent, PositionedEvent];
        const beyond = plus(other.position, 1_000_000);
        const places = [
          { ...first, stream: other.stream },
          { ...first, revision: Revision(1) },
          { ...second, position: first.position },
          { ...first, position: beyond },
          second,
        ];
        expect((await readAt(context, places)).map((event) => event?.id)).toEqual([undefined, undefined, undefined, undefined, second.id]);
      }),
    );

    it(
      'give nothing of a tombstoned stream, also after a restart',
      withContext(factory, async (context) => {
        const { appended, stream, log, store, reopen } = context;
        await appended(stream('gone'), newEvents(2), 'no-stream');
        await appended(stream('kept'), newEvents(1), 'no-stream');
        const events = await log();
        await right(store().tombstone(stream('gone')));
        for (let round = 0; round < 2; round += 1) {
          expect((await readAt(context, events)).map((event) => event?.stream)).toEqual([undefined, undefined, stream('kept')]);
          await reopen();
        }
      }),
    );

    it(
      'end where their bytes do, but not before the first, and go on from there',
      withContext(factory, async (context) => {
        const large = Array.from({ length: 6 }, () => newEvent('Happened', { text: 'x'.repeat(20_000) }));
        await context.appended(context.stream('a'), large, 'no-stream');
        const events = await context.log();
        const read: Array<string | undefined> = [];
        const sizes: Array<number> = [];
        while (read.length < events.length) {
          const part = await readAt(context, events.slice(read.length), { maxBytes: 50_000 });
          sizes.push(part.length);
          read.push(...part.map((event) => event?.id));
        }
        expect(read).toEqual(events.map(({ id }) => id));
        expect(Math.max(...sizes)).toBeLessThan(6);
        expect(await readAt(context, events, { maxBytes: 1 })).toHaveLength(1);
      }),
    );
  });
};
