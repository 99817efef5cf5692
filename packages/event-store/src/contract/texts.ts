import { describe, expect, it } from 'vitest';
import type { PositionedEvent } from '../Event.js';
import { newEvent, newEvents, right, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

const told = ({ stream, revision, id, type, data, metadata, created, position }: PositionedEvent): string =>
  JSON.stringify([stream, revision, id, type, data, metadata, created, position]);

/** An event as its text has it; nothing where the store gave none. */
const textOf = ({ text, type }: PositionedEvent): ReadonlyArray<unknown> | undefined => {
  if (text === undefined) return undefined;
  const part = (from: number, to: number): string => text.bytes.toString('utf8', from, to);
  const stream = part(text.streamFrom, text.streamTo);
  return [stream, text.revisionNumber, part(text.idFrom, text.idFrom + 36), type, part(text.from, text.to), text.positionNumber];
};

const asText = ({ stream, revision, id, type, data, metadata, position }: PositionedEvent): ReadonlyArray<unknown> =>
  [stream, Number(revision), id, type, `${JSON.stringify(data)},${JSON.stringify(metadata)}`, Number(position)];

/** Events as texts: what they are otherwise, in every part. */
export const textContract = (factory: EventStoreFactory): void => {
  describe('a subscription to texts', () => {
    it(
      'delivers what others deliver, whatever stands in it and however the batches fall',
      withContext(factory, async ({ stream, append, appended, store, log, follow, prefixes, start }) => {
        const odd = ['ü "x" \\ \u2028 👋', '\ud800', '\u0001', '{}],[', 'x'.repeat(40_000)] as const;
        await Promise.all(Array.from({ length: 60 }, (_, index) => append(stream(`s${index % 3}`), newEvents(1 + (index % 5)), 'any')));
        await appended(stream('a'), odd.map((text) => newEvent('Happened', { text, [text]: [1.5, -0, 1e21, null, { text }] }, { [text]: text })), 'no-stream');
        await appended(stream('ü "quoted" \\'), [newEvent('Happened'), newEvent('Тип "x"'), newEvent('Another type')], 'no-stream');
        await appended(stream('gone'), newEvents(3), 'no-stream');
        await right(store().tombstone(stream('gone')));
        await right(store().setStreamMetadata(stream('s0'), { maxCount: 1000 }));
        await appended(stream('s1'), newEvents(70), 'any');
        const whole = (await log()).filter((event) => event.stream !== stream('gone'));
        for (const batchSize of [1, 7, 1_000]) {
          const seen: Array<string> = [];
          // Texts are overwritten by the next batch: they are looked at when they come, and for as long as the handler takes.
          const follower = follow({
            after: start,
            prefixes,
            batchSize,
            texts: true,
            onBatch: async ({ events }) => {
              const before = events.map(textOf);
              await Promise.resolve();
              for (const [index, event] of events.entries()) {
                if (event.stream === stream('gone')) continue;
                seen.push(told(event));
                if (before[index] !== undefined) expect(before[index]).toEqual(asText(event));
                expect(textOf(event)).toEqual(before[index]);
              }
            },
          });
          await follower.untilHealth('Live');
          expect(seen).toEqual(whole.map(told));
          await follower.close();
        }
      }),
    );
  });
};
