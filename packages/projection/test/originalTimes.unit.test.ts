import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEntry, TimeMeant } from '../src/index.js';
import { alice, bob, right, room, setUp, type OpenProjection } from './harness.js';

/** Changes of imports, which bring the times when they were made, among others. */

const users = [alice, bob] as const;
const steps = fc.array(
  fc.record({ user: fc.constantFrom(...users), type: fc.constantFrom('a', 'b'), pass: fc.integer({ min: -2, max: 5 }), original: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }) }),
  { minLength: 1, maxLength: 40 },
);
const windows = fc.record({ since: fc.option(fc.integer({ min: 0, max: 70 }), { nil: undefined }), until: fc.option(fc.integer({ min: 0, max: 70 }), { nil: undefined }) });

const madeOf = ({ time, originalTime }: HistoryEntry): number => Math.min(originalTime ?? time, time);

const inWindow = (value: number, { since = -Infinity, until = Infinity }: { readonly since?: number | undefined; readonly until?: number | undefined }): boolean =>
  value >= since && value < until;

/** All of a history, in pages of three. */
const pagesOf = async (read: (from: string | undefined) => Promise<{ readonly entries: ReadonlyArray<HistoryEntry>; readonly next?: string }>) => {
  const entries: Array<HistoryEntry> = [];
  for (let from: string | undefined; ; ) {
    const page = await read(from);
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    from = page.next;
  }
};

const idsOf = (entries: ReadonlyArray<HistoryEntry>): ReadonlyArray<string> => entries.map(({ eventId }) => eventId);

const filled = async (made: ReadonlyArray<{ readonly user: string; readonly type: string; readonly pass: number; readonly original: number | undefined }>, flushAt: number) => {
  let now = 10;
  const context = await setUp({ clock: () => now });
  for (const [index, { user, type, pass, original }] of made.entries()) {
    now += pass;
    await context.log.set(user, null, type, { index }, original === undefined ? {} : { origin: 'import', originalTime: original });
    await context.log.setTag(user, room, `u.${type}`, { order: 0.5 }, original === undefined ? {} : { origin: 'import', originalTime: original });
    if (index === flushAt) await context.projection.flush();
  }
  return context;
};

const everything = (projection: OpenProjection, user: string): Promise<ReadonlyArray<HistoryEntry>> =>
  pagesOf((from) => right(projection.history(user, { direction: 'forwards', ...(from === undefined ? {} : { from: from as never }) })));

describe('the times of imported changes', () => {
  it('are those that histories are asked for by, in each direction, written or not', async () => {
    await fc.assert(
      fc.asyncProperty(steps, windows, fc.nat(45), fc.constantFrom('forwards', 'backwards'), async (made, window, flushAt, direction) => {
        const { projection } = await filled(made, flushAt);
        const given = Object.fromEntries(Object.entries(window).filter(([, value]) => value !== undefined)) as { readonly since?: number; readonly until?: number };
        const order = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> => (direction === 'forwards' ? items : [...items].reverse());
        for (const user of users) {
          const all = await everything(projection, user);
          for (const by of ['original', 'recorded'] as ReadonlyArray<TimeMeant>) {
            const expected = order(all.filter((entry) => inWindow(by === 'original' ? madeOf(entry) : entry.time, window)));
            const query = { ...given, direction, by, limit: 3 } as const;
            const found = await pagesOf((from) => right(projection.history(user, { ...query, ...(from === undefined ? {} : { from: from as never }) })));
            expect(idsOf(found)).toEqual(idsOf(expected));
          }
        }
        const whole = await pagesOf((from) => right(projection.logHistory({ direction: 'forwards', ...(from === undefined ? {} : { from: from as never }) })));
        for (const type of [undefined, 'a']) {
          const expected = order(whole.filter((entry) => (type === undefined || entry.type === type) && entry.originalTime !== undefined && entry.originalTime < entry.time && inWindow(madeOf(entry), window)));
          const found = await pagesOf((from) => right(projection.logHistory({ ...given, direction, limit: 3, ...(type === undefined ? {} : { type }), ...(from === undefined ? {} : { from: from as never }) })));
          expect(idsOf(found.filter((entry) => entry.originalTime !== undefined && entry.originalTime < entry.time))).toEqual(idsOf(expected));
        }
        const verified = await right(projection.verify());
        expect(verified).toMatchObject({ equal: true });
        await projection.close();
      }),
      { numRuns: 40 },
    );
  });

  it('are those of moments: what was made up to then, in the order of the log', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 0, max: 70 }), fc.nat(45), async (made, time, flushAt) => {
        const { projection } = await filled(made, flushAt);
        for (const user of users) {
          const held = new Map<string, unknown>();
          for (const entry of await everything(projection, user)) if (madeOf(entry) <= time) held.set(entry.type, entry.content);
          const state = await right(projection.asOf(user, { time }));
          expect(new Map(state.entries.map((entry) => [entry.type, entry.content]))).toEqual(new Map([...held].sort()));
          expect((await right(projection.getAsOf(user, null, 'a', { time })))?.content).toEqual(held.get('a'));
          const tags = await right(projection.tagsAsOf(user, { time }));
          expect(Object.keys(tags.rooms[0]?.tags ?? {}).sort()).toEqual([...held.keys()].map((type) => `u.${type}`).sort());
        }
        await projection.close();
      }),
      { numRuns: 40 },
    );
  });

  it('find few changes among many that were imported, over all blocks of the index', async () => {
    let now = 1_000_000;
    const { log, projection } = await setUp({ clock: () => now });
    for (let n = 0; n < 1_100; n += 1) {
      now += 1;
      await log.set(n % 2 === 0 ? alice : bob, null, `t${n % 3}`, { n }, n >= 300 && n < 900 ? { origin: 'import', originalTime: n } : {});
    }
    await projection.flush();
    for (const direction of ['forwards', 'backwards'] as const) {
      const ns = async (query: object): Promise<ReadonlyArray<unknown>> => {
        const { entries } = await right(projection.logHistory({ direction, ...query }));
        return entries.map(({ content }) => content['n']).sort((a, b) => Number(a) - Number(b));
      };
      expect(await ns({ since: 880, until: 885 })).toEqual([880, 881, 882, 883, 884]);
      expect(await ns({ since: 880, until: 885, type: 't1' })).toEqual([880, 883]);
      expect(await ns({ since: 0, until: 305 })).toEqual([300, 301, 302, 303, 304]);
      expect(await ns({ since: 1_000_000, until: 1_000_003 })).toEqual([0, 1]);
      // Recorded in the window, made before it.
      expect(await ns({ since: 1_000_299, until: 1_000_303 })).toEqual([298, 299]);
      expect(await ns({ since: 1_000_299, until: 1_000_303, by: 'recorded' })).toEqual([298, 299, 300, 301]);
      expect(await ns({ since: 899, until: 1_000_002 })).toEqual([0, 899]);
    }
    await projection.close();
  });
});
