import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { batchBytes, maxBatchBytes } from '../batchBytes.js';
import type { ProposedEvent } from '../Event.js';
import type { StreamName } from '../StreamName.js';
import { idsOf, newEvent, newEvents, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

/** A batch that counts for exactly so many bytes. */
const batchOf = (bytes: number, count: number): ReadonlyArray<ProposedEvent> => {
  const empty = Array.from({ length: count }, () => newEvent('Happened', { filling: '' }));
  const room = bytes - batchBytes(empty);
  return empty.map((event, index) => ({
    ...event,
    data: { filling: 'x'.repeat(Math.floor(room / count) + (index === 0 ? room % count : 0)) },
  }));
};

/** Refuses whether it throws at once or its task rejects. */
const attempt = async (run: () => Promise<unknown>): Promise<unknown> => run();

/** Sizes, and what is refused as a mistake of the program. */
export const limitContract = (factory: EventStoreFactory): void => {
  describe('the size of a batch', () => {
    it(
      `may be ${maxBatchBytes} bytes as batchBytes counts them`,
      withContext(factory, async ({ stream, appended, events }) => {
        const one = batchOf(maxBatchBytes, 1);
        const many = batchOf(maxBatchBytes, 500);
        expect(batchBytes(one)).toBe(maxBatchBytes);
        await appended(stream('one'), one, 'no-stream');
        await appended(stream('many'), many, 'no-stream');
        expect((await events(stream('one')))[0]?.data).toEqual(one[0]?.data);
        expect(idsOf(await events(stream('many')))).toEqual(idsOf(many));
      }),
    );

    it(
      'may not be more: the batch is refused as too large and nothing is appended',
      withContext(factory, async ({ stream, append, slice }) => {
        const refused = E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes: maxBatchBytes + 1, limit: maxBatchBytes });
        expect(await append(stream('one'), batchOf(maxBatchBytes + 1, 1), 'no-stream')).toEqual(refused);
        expect(await append(stream('many'), batchOf(maxBatchBytes + 1, 300), 'any')).toEqual(refused);
        const wide = newEvent('Happened', { filling: '語'.repeat(maxBatchBytes / 3) });
        expect(await append(stream('wide'), [wide], 'any')).toMatchObject(E.left({ _tag: 'BatchTooLarge' }));
        for (const name of ['one', 'many', 'wide']) expect(await slice(stream(name))).toEqual({ _tag: 'NoStream' });
      }),
    );
  });

  describe('mistakes of a program are refused with a TypeError, and nothing is appended:', () => {
    const mistakes: ReadonlyArray<readonly [string, (good: ProposedEvent) => { stream?: string; events?: ReadonlyArray<ProposedEvent> }]> = [
      ['a stream of the system', () => ({ stream: '$streams' })],
      ['an empty stream name', () => ({ stream: '' })],
      ['a stream name with a lone surrogate', () => ({ stream: 'a\ud800' })],
      ['a stream name of more than 1,024 bytes', () => ({ stream: 'ü'.repeat(513) })],
      ['a type of the system', (good) => ({ events: [{ ...good, type: '$metadata' }] })],
      ['an empty type', (good) => ({ events: [{ ...good, type: '' }] })],
      ['an id that is no UUID', (good) => ({ events: [{ ...good, id: 'first' }] })],
      ['an id in upper case', (good) => ({ events: [{ ...good, id: '6F0C1C9B-E9A3-4D0C-8F2F-3F0F6F3F9B1E' }] })],
      ['an id twice in one append', (good) => ({ events: [good, good] })],
      ['no events', () => ({ events: [] })],
    ];
    for (const [what, mistake] of mistakes) {
      it(
        what,
        withContext(factory, async ({ stream, store, slice, log }) => {
          const good = newEvents(1);
          const [event] = good;
          if (event === undefined) throw new Error('No event.');
          const { stream: name, events } = mistake(event);
          const target = (name ?? stream('a')) as StreamName;
          await expect(attempt(async () => store().append(target, events ?? good, 'any')())).rejects.toThrow(TypeError);
          expect(await slice(stream('a'))).toEqual({ _tag: 'NoStream' });
          expect(await log()).toEqual([]);
        }),
      );
    }
  });
};
