import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProposedEvent } from '../Event.js';
import { isAtLeast, plus, Revision, revisionAfter } from '@account-data/domain';
import type { ActualRevision, ExpectedRevision } from '../expectations.js';
import type { StreamName } from '../StreamName.js';
import { type ContractContext, idsOf, newEvents, right, withContext } from './ContractContext.js';
import type { EventStoreFactory } from './EventStoreFactory.js';

/** The store as a plain array: what every history of commands must look like. */
interface Model {
  readonly log: Array<{ readonly stream: StreamName; readonly id: string }>;
  readonly tombstoned: Set<StreamName>;
  /** Batches appended with an exact expectation, to be appended again. */
  readonly batches: Array<{ readonly stream: StreamName; readonly events: ReadonlyArray<ProposedEvent>; readonly expected: ExpectedRevision }>;
}

interface Real {
  readonly context: ContractContext;
  readonly streams: ReadonlyArray<StreamName>;
}

type Command = fc.AsyncCommand<Model, Real>;

const idsIn = (model: Model, stream: StreamName): ReadonlyArray<string> =>
  idsOf(model.log.filter((event) => event.stream === stream));

const headIn = (model: Model, stream: StreamName): ActualRevision => {
  const { length } = idsIn(model, stream);
  return length === 0 ? 'no-stream' : Revision(length - 1);
};

type Expectation = 'right' | 'any' | 'no-stream' | 'behind' | 'ahead';

const expectedFor = (head: ActualRevision, expectation: Expectation): ExpectedRevision => {
  const next = revisionAfter(head);
  if (expectation === 'right') return head;
  if (expectation === 'behind') return isAtLeast(next, Revision(2)) ? plus(next, -2) : plus(next, 3);
  return expectation === 'ahead' ? Revision(next) : expectation;
};

const pick = (real: Real, index: number): StreamName => {
  const stream = real.streams[index % real.streams.length];
  if (stream === undefined) throw new Error('No stream.');
  return stream;
};

const append = (index: number, count: number, expectation: Expectation): Command => ({
  check: () => true,
  run: async (model, real) => {
    const stream = pick(real, index);
    const head = headIn(model, stream);
    const expected = expectedFor(head, expectation);
    const events = newEvents(count);
    const result = await real.context.append(stream, events, expected);
    if (model.tombstoned.has(stream)) {
      expect(result).toMatchObject(E.left({ _tag: 'StreamTombstoned' }));
    } else if (expected === 'any' || expected === head) {
      for (const { id } of events) model.log.push({ stream, id });
      if (expected !== 'any') model.batches.push({ stream, events, expected });
      expect(result).toMatchObject(E.right({ revision: String(idsIn(model, stream).length - 1) }));
    } else {
      expect(result).toMatchObject(E.left({ _tag: 'RevisionConflict', expected, actual: head }));
    }
  },
  toString: () => `append ${count} to ${index} expecting ${expectation}`,
});

const appendAgain = (choice: number, extra: boolean): Command => ({
  check: (model) => model.batches.length > 0,
  run: async (model, real) => {
    const batch = model.batches[choice % model.batches.length];
    if (batch === undefined) return;
    const { stream, expected } = batch;
    const events = extra ? [...batch.events, ...newEvents(1)] : batch.events;
    const result = await real.context.append(stream, events, expected);
    if (model.tombstoned.has(stream)) {
      expect(result).toMatchObject(E.left({ _tag: 'StreamTombstoned' }));
    } else if (extra) {
      expect(result).toMatchObject(E.left({ _tag: 'RevisionConflict', actual: headIn(model, stream) }));
    } else {
      const last = idsIn(model, stream).indexOf(batch.events.at(-1)?.id ?? '');
      expect(result).toMatchObject(E.right({ revision: String(last) }));
    }
  },
  toString: () => `append batch ${choice} again${extra ? ' with one more' : ''}`,
});

const readStream = (index: number, from: number, limit: number, backwards: boolean): Command => ({
  check: () => true,
  run: async (model, real) => {
    const stream = pick(real, index);
    const ids = idsIn(model, stream);
    const direction = backwards ? 'backwards' : 'forwards';
    const found = await real.context.slice(stream, { from: Revision(from), limit, direction });
    if (model.tombstoned.has(stream)) expect(found).toEqual({ _tag: 'Tombstoned' });
    else if (ids.length === 0) expect(found).toEqual({ _tag: 'NoStream' });
    else if (found._tag !== 'Events') throw new Error(`Expected events, got ${found._tag}.`);
    else {
      const upTo = ids.slice(0, from + 1).reverse();
      const expected = backwards ? upTo.slice(0, limit) : ids.slice(from, from + limit);
      expect(idsOf(found.events)).toEqual(expected);
      const rest = backwards ? upTo.length - expected.length : Math.max(0, ids.length - from) - expected.length;
      if (rest > 0) expect(found.isEnd).toBe(false);
    }
  },
  toString: () => `read ${limit} of ${index} from ${from} ${backwards ? 'backwards' : 'forwards'}`,
});

const readLog = (indexes: ReadonlyArray<number>, limit: number): Command => ({
  check: () => true,
  run: async (model, real) => {
    const prefixes = indexes.map((index) => pick(real, index));
    const found = await real.context.log({ prefixes, limit });
    const visible = (stream: StreamName): boolean => prefixes.includes(stream) && !model.tombstoned.has(stream);
    const expected = model.log.filter(({ stream }) => visible(stream));
    expect(idsOf(found.filter(({ stream }) => visible(stream)))).toEqual(idsOf(expected));
  },
  toString: () => `read the log of ${indexes.join(',')} by ${limit}`,
});

const subscribe = (skip: number, batchSize: number): Command => ({
  check: () => true,
  run: async (model, real) => {
    const whole = await real.context.log();
    const after = skip === 0 ? real.context.start : (whole[Math.min(skip, whole.length) - 1]?.position ?? real.context.start);
    const expected = idsOf(after === real.context.start ? whole : whole.slice(Math.min(skip, whole.length)));
    const follower = real.context.follow({ after, batchSize });
    await follower.untilHealth('Live');
    await follower.untilCount(expected.length);
    expect(idsOf(follower.events())).toEqual(expected);
    await follower.close();
    expect(model.log.length).toBeGreaterThanOrEqual(expected.length);
  },
  toString: () => `subscribe after ${skip} by ${batchSize}`,
});

const tombstone = (index: number): Command => ({
  check: () => true,
  run: async (model, real) => {
    const stream = pick(real, index);
    await right(real.context.store().tombstone(stream));
    model.tombstoned.add(stream);
  },
  toString: () => `tombstone ${index}`,
});

const reopen: Command = {
  check: () => true,
  run: (_model, real) => real.context.reopen(),
  toString: () => 'reopen',
};

const stream = fc.nat(3);
const expectation = fc.constantFrom<Expectation>('right', 'right', 'right', 'any', 'no-stream', 'behind', 'ahead');
const append3 = fc.tuple(stream, fc.integer({ min: 1, max: 4 }), expectation).map((given) => append(...given));

const commands = fc.commands(
  [
    append3,
    append3,
    fc.tuple(fc.nat(20), fc.boolean()).map((given) => appendAgain(...given)),
    fc.tuple(stream, fc.nat(12), fc.integer({ min: 1, max: 6 }), fc.boolean()).map((given) => readStream(...given)),
    fc.tuple(fc.array(stream, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 9 })).map((given) => readLog(...given)),
    fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 7 })).map((given) => subscribe(...given)),
    fc.record({ index: fc.constant(3) }).map(({ index }) => tombstone(index)),
    fc.constant(reopen),
  ],
  { maxCommands: 40 },
);

/** Random histories of commands give what a plain array gives. */
export const modelContract = (factory: EventStoreFactory): void => {
  describe('any history of commands', () => {
    it('gives what a plain array would give', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(commands, (history) =>
          withContext(factory, async (context) => {
            const streams = ['a', 'b', 'c', 'd'].map(context.stream);
            const setup = (): { model: Model; real: Real } => ({
              model: { log: [], tombstoned: new Set(), batches: [] },
              real: { context, streams },
            });
            await fc.asyncModelRun(setup, history);
          })(),
        ),
        { numRuns: factory.modelRuns ?? 40, endOnFailure: false },
      );
    });
  });
};
