import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountDataAfter,
  actorKey,
  decideAccountData,
  decideAccountDataBatch,
  defaultLimits,
  emptyUserState,
  evolveAccountData,
  foldAccountData,
  plus,
  Revision,
  revisionAfter,
  type UserState,
  type UserView,
} from '@account-data/domain';
import { scanningView } from './scanningView.js';
import {
  type Unplaced,
  actors,
  arbitraryCommand,
  arbitraryContext,
  arbitraryStream,
  arbitraryUnplaced,
  placed,
  requestKeys,
  rooms,
  types,
} from './smallWorld.js';

/** Everything that can be asked of a view; a deleted key and an unknown one are the same. */
const answersOf = (view: UserView) => ({
  erased: view.erased,
  head: view.head,
  keyCount: view.keyCount,
  contentBytes: view.contentBytes,
  entries: rooms.flatMap((room) =>
    types.map((type) => {
      const entry = view.entry(room, type);
      return entry?.deleted === true ? undefined : entry;
    }),
  ),
  requests: actors.flatMap((actor) => requestKeys.map((key) => view.requestKey(actorKey(actor), key))),
});

const fold = foldAccountData(emptyUserState);

describe('folding', () => {
  it('goes on from where it stopped: fold(xs ++ ys) = fold(ys) from fold(xs)', () => {
    fc.assert(
      fc.property(arbitraryStream, arbitraryStream, (xs, ys) => {
        expect(foldAccountData(fold(xs))(ys)).toStrictEqual(fold([...xs, ...ys]));
      }),
    );
  });

  it('is evolving event by event', () => {
    fc.assert(
      fc.property(arbitraryStream, (stream) => {
        expect(stream.reduce<UserState>((state, event) => evolveAccountData(state)(event), emptyUserState)).toStrictEqual(
          fold(stream),
        );
      }),
    );
  });

  it('never changes the state that it starts from', () => {
    fc.assert(
      fc.property(arbitraryStream, arbitraryStream, (xs, ys) => {
        const state = fold(xs);
        const before = answersOf(state);
        foldAccountData(state)(ys);
        expect(answersOf(state)).toStrictEqual(before);
        expect(answersOf(emptyUserState)).toStrictEqual(answersOf(scanningView([])));
      }),
    );
  });

  it('answers what looking through the stream answers', () => {
    fc.assert(
      fc.property(
        arbitraryStream.filter((stream) => stream.every(({ event }) => event.type !== 'UserErased')),
        (stream) => {
          expect(answersOf(fold(stream))).toStrictEqual(answersOf(scanningView(stream)));
        },
      ),
    );
  });
});

describe('a view after more events', () => {
  it('answers as the state after them, and leaves the view below as it was', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryUnplaced, { maxLength: 10 }),
        // Each step continues from any view made before, and so the views make a tree.
        fc.array(fc.tuple(fc.nat(), fc.array(arbitraryUnplaced, { maxLength: 3 })), { maxLength: 10 }),
        fc.boolean(),
        (past, steps, lazily) => {
          const root = { past, view: lazily ? scanningView(placed(past)) : fold(placed(past)) };
          const made: Array<{ readonly past: ReadonlyArray<Unplaced>; readonly view: UserView }> = [root];
          for (const [from, events] of steps) {
            const parent = made[from % made.length] ?? root;
            made.push({ past: [...parent.past, ...events], view: accountDataAfter(parent.view)(events) });
          }
          for (const { past: events, view } of made) {
            expect(answersOf(view)).toStrictEqual(answersOf(fold(placed(events))));
            expect(view.keyCountBound ?? view.keyCount).toBeGreaterThanOrEqual(view.keyCount);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads no key of the view below', () => {
    const view: UserView = {
      erased: false,
      head: Revision(4),
      keyCount: 3,
      contentBytes: 21,
      entry: () => {
        throw new Error('An entry was read.');
      },
      requestKey: () => {
        throw new Error('A request key was read.');
      },
    };
    fc.assert(
      fc.property(fc.array(arbitraryUnplaced, { maxLength: 5 }), (events) => {
        const after = accountDataAfter(accountDataAfter(view)(events))(events);
        expect(after.head).toBe(Revision(4 + 2 * events.length));
      }),
    );
  });
});

describe('a view after one event and another', () => {
  it('counts keys and bytes with one look at the view below for each event and count, however many came before', () => {
    const [event] = fc.sample(arbitraryUnplaced, { numRuns: 1, seed: 1 });
    if (event === undefined) throw new Error('There is no event.');
    const below = fold(placed([event]));
    let reads = 0;
    let view: UserView = {
      erased: false,
      head: below.head,
      keyCount: below.keyCount,
      contentBytes: below.contentBytes,
      entry: (room, type) => {
        reads += 1;
        return below.entry(room, type);
      },
      requestKey: below.requestKey.bind(below),
    };
    const others = fc.sample(arbitraryUnplaced, { numRuns: 20, seed: 2 });
    for (const [index, other] of others.entries()) {
      view = accountDataAfter(view)([other]);
      const { keyCount, contentBytes } = fold(placed([event, ...others.slice(0, index + 1)]));
      expect(view).toMatchObject({ keyCount, contentBytes });
    }
    expect(reads).toBeLessThanOrEqual(2 * others.length);
  });
});

describe('decisions', () => {
  it('are the same on a folded state, on a lazy view and on a view after more events', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        arbitraryStream,
        arbitraryCommand,
        arbitraryContext,
        fc.array(arbitraryUnplaced, { maxLength: 4 }),
        (stream, command, context, more) => {
          const folded = fold(stream);
          const lazy = scanningView(stream);
          const decision = decideAccountData(command, context)(folded);
          expect(decideAccountData(command, context)(lazy)).toStrictEqual(decision);
          if (decision._tag === 'Right') accepted += 1;

          const first = revisionAfter(folded.head);
          const later = decideAccountData(command, context)(foldAccountData(folded)(placed(more, first)));
          expect(decideAccountData(command, context)(accountDataAfter(folded)(more))).toStrictEqual(later);
          expect(decideAccountData(command, context)(accountDataAfter(lazy)(more))).toStrictEqual(later);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('on a batch are those on its commands one by one', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        arbitraryStream,
        fc.array(arbitraryCommand, { maxLength: 5 }),
        arbitraryContext,
        (stream, commands, { limits, suppressUnchanged }) => {
          const context = { limits, suppressUnchanged };
          let state = fold(stream);
          const events: Array<unknown> = [];
          let refusal: unknown;
          for (const [index, command] of commands.entries()) {
            const decision = decideAccountData(command, context)(state);
            if (decision._tag === 'Left') {
              refusal = { _tag: 'Left', left: { index, error: decision.left } };
              break;
            }
            if (decision.right._tag === 'Repeated') throw new Error('There is no request key.');
            const first = revisionAfter(state.head);
            events.push(...decision.right.events);
            state = foldAccountData(state)(
              decision.right.events.map((event, i) => ({
                event,
                revision: plus(first, i),
                metadata: { actor: { kind: 'user', id: 'x' } },
              })),
            );
          }
          const whole = { _tag: 'Right', right: { _tag: 'Accepted', events } };
          expect(decideAccountDataBatch(commands, context)(scanningView(stream))).toStrictEqual(refusal ?? whole);
          if (refusal === undefined && events.length > 1) accepted += 1;
        },
      ),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(30);
  });

  it('keep the number of keys within the limit, and are one event each', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCommand, { maxLength: 30 }), fc.nat(4), (commands, maxKeysPerUser) => {
        let state = emptyUserState;
        for (const command of commands) {
          const context = { limits: { ...defaultLimits, maxKeysPerUser }, suppressUnchanged: false };
          const decision = decideAccountData(command, context)(state);
          if (decision._tag === 'Left' || decision.right._tag === 'Repeated') continue;
          expect(decision.right.events).toHaveLength(1);
          const revision = revisionAfter(state.head);
          state = foldAccountData(state)(
            decision.right.events.map((event) => ({ event, revision, metadata: { actor: { kind: 'user', id: 'x' } } })),
          );
          expect(state.keyCount).toBeLessThanOrEqual(maxKeysPerUser);
        }
      }),
    );
  });
});
