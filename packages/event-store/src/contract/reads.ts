import { isAtLeast, plus, type ReadFrom, Revision } from '@account-data/domain';
import { describe, expect, it } from 'vitest';
import type { ProposedEvent } from '../Event.js';
import { idsOf, newEvent, newEvents, right, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

/** Reading a stream, and the log. */
export const readContract = (factory: EventStoreFactory): void => {
  describe('read', () => {
    it(
      'says so where there is no such stream',
      withContext(factory, async ({ stream, slice }) => {
        expect(await slice(stream('never'))).toEqual({ _tag: 'NoStream' });
        expect(await slice(stream('never'), { direction: 'backwards' })).toEqual({ _tag: 'NoStream' });
      }),
    );

    it(
      'reads forwards and backwards from a revision (inclusive), up to the limit',
      withContext(factory, async ({ stream, appended, slice }) => {
        const name = stream('a');
        await appended(name, newEvents(10), 'no-stream');
        const revisions = async (options: Parameters<typeof slice>[1]): Promise<unknown> => {
          const found = await slice(name, options);
          if (found._tag !== 'Events') throw new Error(`Expected events, got ${found._tag}.`);
          return { revisions: found.events.map(({ revision }) => Number(revision)), isEnd: found.isEnd };
        };
        expect(await revisions({ limit: 3 })).toEqual({ revisions: [0, 1, 2], isEnd: false });
        expect(await revisions({ from: Revision(8), limit: 5 })).toEqual({ revisions: [8, 9], isEnd: true });
        expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual({ revisions: [9, 8], isEnd: false });
        expect(await revisions({ direction: 'backwards', from: Revision(1), limit: 5 })).toEqual({ revisions: [1, 0], isEnd: true });
        expect(await revisions({ direction: 'backwards', from: Revision(99), limit: 1 })).toMatchObject({ revisions: [9] });
        expect(await revisions({ from: Revision(10), limit: 5 })).toEqual({ revisions: [], isEnd: true });
      }),
    );

    it(
      'reads a long stream in pages, none missing and none twice, both ways',
      withContext(factory, async ({ stream, appended, slice }) => {
        const name = stream('long');
        const proposed = newEvents(700);
        for (let from = 0; from < proposed.length; from += 100) {
          await appended(name, proposed.slice(from, from + 100), from === 0 ? 'no-stream' : Revision(from - 1));
        }
        for (const direction of ['forwards', 'backwards'] as const) {
          const ids: Array<string> = [];
          for (let from = direction === 'forwards' ? Revision(0) : undefined; ; ) {
            const found = await slice(name, { direction, limit: 97, ...(from === undefined ? {} : { from }) });
            if (found._tag !== 'Events') throw new Error(`Expected events, got ${found._tag}.`);
            ids.push(...idsOf(found.events));
            const last = found.events.at(-1);
            if (found.isEnd || last === undefined || (direction === 'backwards' && last.revision === Revision(0))) break;
            from = direction === 'forwards' ? plus(last.revision, 1) : plus(last.revision, -1);
          }
          expect(ids).toEqual(direction === 'forwards' ? idsOf(proposed) : [...idsOf(proposed)].reverse());
        }
      }),
    );
  });

  describe('a slice that is bounded by bytes', () => {
    const filled = (count: number): ReadonlyArray<ProposedEvent> => newEvents(count).map((event) => ({ ...event, data: { filling: 'x'.repeat(20_000) } }));
    /** What a bound of 50,000 bytes lets through, with the 64 KiB that a store may go beyond it. */
    const most = 7;

    it(
      'ends early, with one event at least, and goes on after its last one, both ways',
      withContext(factory, async ({ stream, appended, slice }) => {
        const name = stream('large');
        const proposed = filled(30);
        await appended(name, proposed, 'no-stream');
        for (const direction of ['forwards', 'backwards'] as const) {
          for (const maxBytes of [-1, 0, 1, 50_000]) {
            const ids: Array<string> = [];
            for (let from: Revision | undefined; ; ) {
              const found = await slice(name, { direction, limit: 100, maxBytes, ...(from === undefined ? {} : { from }) });
              if (found._tag !== 'Events') throw new Error(`Expected events, got ${found._tag}.`);
              expect(found.events.length).toBeGreaterThan(0);
              expect(found.events.length).toBeLessThanOrEqual(most);
              ids.push(...idsOf(found.events));
              const last = found.events.at(-1);
              if (found.isEnd || last === undefined) break;
              from = direction === 'forwards' ? plus(last.revision, 1) : plus(last.revision, -1);
            }
            expect(ids).toEqual(direction === 'forwards' ? idsOf(proposed) : [...idsOf(proposed)].reverse());
          }
        }
      }),
    );

    it(
      'of the log ends early, too, and what comes after it comes next',
      withContext(factory, async ({ store, prefix, stream, appended, start }) => {
        const proposed = filled(30);
        await appended(stream('large'), proposed.slice(0, 10), 'no-stream');
        for (const event of proposed.slice(10)) await appended(stream('large'), [event], 'any');
        for (const maxBytes of [0, 50_000]) {
          const ids: Array<string> = [];
          for (let after: ReadFrom = start; ; ) {
            const read = await right(store().readAll({ after, prefixes: [prefix], limit: 100, maxBytes }));
            expect(read.events.length).toBeLessThanOrEqual(most);
            ids.push(...idsOf(read.events));
            if (read.isEnd) break;
            expect(read.next).not.toBe(after);
            after = read.next;
          }
          expect(ids).toEqual(idsOf(proposed));
        }
      }),
    );
  });

  describe('readAll', () => {
    it(
      'reads after a position (exclusive), in the order of the log, in pages of any size',
      withContext(factory, async ({ stream, appended, log }) => {
        for (let round = 0; round < 6; round += 1) {
          for (const name of ['a', 'b']) await appended(stream(name), newEvents(2), 'any');
        }
        const whole = await log();
        expect(whole).toHaveLength(24);
        for (const limit of [1, 5, 24, 100]) expect(await log({ limit })).toEqual(whole);
        for (const [index, event] of whole.entries()) {
          expect(idsOf(await log({ after: event.position }))).toEqual(idsOf(whole.slice(index + 1)));
        }
      }),
    );

    it(
      'gives only streams whose names start with one of the prefixes, and moves past the others',
      withContext(factory, async ({ prefix, stream, store, appended, log, start }) => {
        for (let round = 0; round < 5; round += 1) {
          for (const name of ['data-x', 'data_tags-x', 'other', 'dat']) await appended(stream(name), newEvents(1), 'any');
        }
        const streamsOf = async (...prefixes: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => [
          ...new Set((await log({ prefixes: prefixes.map((end) => prefix + end), limit: 2 })).map((event) => event.stream)),
        ];
        expect(await streamsOf('data-')).toEqual([stream('data-x')]);
        expect(await streamsOf('data_tags-')).toEqual([stream('data_tags-x')]);
        expect(await streamsOf('data-', 'other')).toEqual([stream('data-x'), stream('other')]);
        expect(await streamsOf('nothing')).toEqual([]);
        const head = await right(store().head());
        let from: ReadFrom = start;
        for (let isEnd = false; !isEnd; ) {
          const slice = await right(store().readAll({ after: from, prefixes: [`${prefix}nothing`], limit: 10 }));
          isEnd = slice.isEnd;
          from = slice.next;
        }
        expect(from !== 'start' && head !== 'start' && isAtLeast(from, head)).toBe(true);
      }),
    );

    it(
      'never gives events of the system',
      withContext(factory, async ({ stream, store, appended, start }) => {
        await appended(stream('a'), newEvents(1), 'no-stream');
        await right(store().setStreamMetadata(stream('b'), { maxCount: 3 }));
        await right(store().tombstone(stream('c')));
        let from: ReadFrom = start;
        for (let isEnd = false; !isEnd; ) {
          const slice = await right(store().readAll({ after: from, limit: 100 }));
          for (const event of slice.events) {
            expect(event.stream.startsWith('$')).toBe(false);
            expect(event.type.startsWith('$')).toBe(false);
          }
          isEnd = slice.isEnd;
          from = slice.next;
        }
      }),
    );

    it(
      'gives the same as reading each stream',
      withContext(factory, async ({ stream, append, events, log }) => {
        const names = Array.from({ length: 5 }, (_, index) => stream(`s${index}`));
        await Promise.all(Array.from({ length: 60 }, (_, index) => append(names[index % 5] ?? stream('s0'), newEvents(1 + (index % 2)), 'any')));
        const whole = await log();
        for (const name of names) {
          const inLog = whole.filter((event) => event.stream === name).map(({ position: _position, ...event }) => event);
          expect(inLog).toEqual(await events(name));
        }
      }),
    );
  });

  describe('head', () => {
    it(
      'is at or after the last event appended',
      withContext(factory, async ({ stream, store, appended, log }) => {
        await appended(stream('a'), newEvents(3), 'no-stream');
        const head = await right(store().head());
        const last = (await log()).at(-1);
        expect(head !== 'start' && last !== undefined && isAtLeast(head, last.position)).toBe(true);
        expect(await log({ after: head })).toEqual([]);
      }),
    );
  });

  describe('what goes in', () => {
    const awkward = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":"c","":"empty key","\\u0000":"nul \\u0000","lone":"\\ud800","low\\udc00":1,' +
        '"emoji":"👩‍👩‍👧‍👦","rtl":"\\u202eabc","line":"\\u2028\\u2029\\r\\n","quote":"\\"\\\\/","numbers":[0,-1,1.5,1e-7,1e21,9007199254740991],' +
        '"nested":{"__proto__":{"toString":1},"list":[[],{},null,false]}}',
    ) as Record<string, unknown>;

    it(
      'comes out the same, on all ways of reading',
      withContext(factory, async ({ stream, appended, events, log, follow, reopen }) => {
        const name = stream('ünïcode 👩‍👩‍👧‍👦 "quoted" /%2F\u2028');
        const proposed = newEvent('Тип "x" \\ 👋', awkward, { ...awkward, actor: 'ü' });
        const text = (event: { readonly data: unknown; readonly metadata: unknown; readonly type: string } | undefined): unknown =>
          event === undefined ? undefined : JSON.stringify([event.type, event.data, event.metadata]);
        const follower = follow();
        await appended(name, [proposed], 'no-stream');
        await follower.untilCount(1);
        expect(text(follower.events()[0])).toBe(text(proposed));
        for (let round = 0; round < 2; round += 1) {
          expect(text((await events(name))[0])).toBe(text(proposed));
          expect(text((await log())[0])).toBe(text(proposed));
          expect(Object.getPrototypeOf((await log())[0]?.data)).toBe(Object.prototype);
          await reopen();
        }
      }),
    );

    it(
      'is what it was when it was appended, whatever the caller does to it afterwards',
      withContext(factory, async ({ stream, store, events, follow }) => {
        const name = stream('a');
        const data = { list: [1], value: 'before' };
        const follower = follow();
        const pending = store().append(name, [newEvent('Happened', data)], 'no-stream')();
        await pending;
        data.value = 'after';
        data.list.push(2);
        await follower.untilCount(1);
        expect((await events(name))[0]?.data).toEqual({ list: [1], value: 'before' });
        expect(follower.events()[0]?.data).toEqual({ list: [1], value: 'before' });
      }),
    );
  });
};
