import {
  actorKey,
  decodeEvent,
  emptyTagsState,
  emptyUserState,
  foldAccountData,
  foldRoomTags,
  type KeyedState,
  type KeyedView,
  type Recorded,
} from '@account-data/domain';
import type { PositionedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StorageProvider } from '../src/index.js';
import { crashable } from './crashableStorage.js';
import { type Log, metadataOf, openProjection, proposed, right, setUp, type OpenProjection } from './harness.js';

const users = ['@a:x', '@ab:x', '@b:x', '@\u{1F600}:x'] as const;
const rooms = [null, '!r:x', '!r2:x'] as const;
const names = ['t', 't.u', 'm.\u{1F600}', '__proto__'] as const;

type Step =
  | { readonly _tag: 'set'; readonly user: number; readonly room: number; readonly name: number; readonly n: number; readonly key: number | undefined }
  | { readonly _tag: 'delete'; readonly user: number; readonly room: number; readonly name: number }
  | { readonly _tag: 'tag' | 'untag'; readonly user: number; readonly room: number; readonly name: number }
  | { readonly _tag: 'corrupt' | 'foreign'; readonly user: number }
  | { readonly _tag: 'erase'; readonly user: number }
  | { readonly _tag: 'flush' }
  | { readonly _tag: 'reopen' };

const user = fc.nat({ max: users.length - 1 });
const room = fc.nat({ max: rooms.length - 1 });
const name = fc.nat({ max: names.length - 1 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ _tag: fc.constant('set' as const), user, room, name, n: fc.nat(), key: fc.option(fc.nat({ max: 3 }), { nil: undefined }) }) },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant('delete' as const), user, room, name }) },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant('tag' as const), user, room: fc.integer({ min: 1, max: 2 }), name }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant('untag' as const), user, room: fc.integer({ min: 1, max: 2 }), name }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constantFrom('corrupt' as const, 'foreign' as const), user }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant('erase' as const), user: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.constant({ _tag: 'flush' as const }) },
  { weight: 2, arbitrary: fc.constant({ _tag: 'reopen' as const }) },
);

const userAt = (index: number): string => users[index] ?? users[0];
const roomAt = (index: number): string | null => rooms[index] ?? null;
const nameAt = (index: number): string => names[index] ?? names[0];

/** Does a step to the log. Appends for erased users are refused by the store. */
const appendStep = async (log: Log, erased: ReadonlySet<number>, change: Step): Promise<void> => {
  if (change._tag === 'flush' || change._tag === 'reopen' || erased.has(change.user)) return;
  const userId = userAt(change.user);
  switch (change._tag) {
    case 'set': {
      const requestKey = change.key === undefined ? {} : { requestKey: { key: `k${change.key}`, fingerprint: `f${change.n}`, count: 1, index: 0 } };
      await log.set(userId, roomAt(change.room), nameAt(change.name), { n: change.n, [nameAt(change.name)]: 1 }, requestKey);
      return;
    }
    case 'delete':
      await log.delete(userId, roomAt(change.room), nameAt(change.name));
      return;
    case 'tag':
      await log.setTag(userId, roomAt(change.room) ?? '!r:x', nameAt(change.name));
      return;
    case 'untag':
      await log.removeTag(userId, roomAt(change.room) ?? '!r:x', nameAt(change.name));
      return;
    case 'corrupt':
      await log.append(log.names.accountData(userId as never), proposed({ type: 'AccountDataUpdated', data: { userId, roomId: 1 } }));
      return;
    case 'foreign':
      await log.append(log.names.accountData(userId as never), proposed({ type: 'Foreign', data: {} }));
      return;
    case 'erase':
      await log.erase(userId);
      return;
  }
};

const eventsOf = async (log: Log): Promise<ReadonlyArray<PositionedEvent>> =>
  (await right(log.store.readAll({ after: 'start', limit: 100_000 }))).events;

/** What the domain's pure fold makes of a user's stream. */
const folded = <Event, State>(events: ReadonlyArray<PositionedEvent>, stream: string, fold: (events: ReadonlyArray<Recorded<Event>>) => State): State =>
  fold(
    events
      .filter((event) => event.stream === stream)
      .flatMap((event) => {
        const decoded = decodeEvent(event.type, event.data, event.metadata);
        return E.isLeft(decoded)
          ? []
          : [{ event: decoded.right.event as Event, metadata: decoded.right.metadata, revision: event.revision }];
      }),
  );

const sameView = <Room, Name>(view: KeyedView<Room, Name>, state: KeyedState<Room, Name>): void => {
  expect(view.erased).toBe(false);
  expect(view.keyCount).toBe(state.keyCount);
  expect(view.contentBytes).toBe(state.contentBytes);
  expect(view.keyCountBound).toBeGreaterThanOrEqual(state.keyCount);
  for (const [roomId, row] of state.entries) {
    for (const [key, entry] of row) {
      const found = view.entry(roomId, key);
      if (entry.deleted) expect(found?.deleted ?? true).toBe(true);
      else expect(found).toMatchObject(entry);
    }
  }
  const actor = actorKey(metadataOf().actor);
  for (let n = 0; n < 4; n += 1) expect(view.requestKey(actor, `k${n}`)).toEqual(state.requestKey(actor, `k${n}`));
};

const checkAgainstFold = (projection: OpenProjection, log: Log, events: ReadonlyArray<PositionedEvent>, erased: ReadonlySet<number>): void => {
  for (const [index, userId] of users.entries()) {
    if (erased.has(index)) {
      expect(projection.view(userId).erased).toBe(true);
      expect(projection.entries(userId, { includeDeleted: true })).toEqual([]);
      continue;
    }
    const data = folded(events, log.names.accountData(userId as never), foldAccountData(emptyUserState));
    const tags = folded(events, log.names.tags(userId as never), foldRoomTags(emptyTagsState));
    sameView(projection.view(userId), data);
    sameView(projection.tagsView(userId), tags);
    const live = [...data.entries].flatMap(([roomId, row]) =>
      [...row].filter(([, entry]) => !entry.deleted).map(([type, entry]) => JSON.stringify([roomId, type, entry.content])),
    );
    const listed = projection.entries(userId).map(({ roomId, type, content }) => JSON.stringify([roomId, type, content]));
    expect([...listed].sort()).toEqual([...live].sort());
    const last = events.filter(({ stream }) => stream === log.names.accountData(userId as never)).at(-1);
    expect(projection.heads(userId).accountData).toBe(last?.revision ?? 'no-stream');
  }
};

/** What holds of any log, whatever the storage: each `make` gives an empty one. */
export const projectedAsFolded = (make: () => StorageProvider, numRuns: number): void => {
  it('is projected to what the domain folds it to, wherever it is written and opened again, and a replay is equal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const provider = make();
        let running = crashable(provider);
        const { store, log, projection: first } = await setUp({ storage: running.provider });
        let projection = first;
        const erased = new Set<number>();
        for (const change of steps) {
          await appendStep(log, erased, change);
          if (change._tag === 'erase') erased.add(change.user);
          if (change._tag === 'flush') await projection.flush();
          if (change._tag === 'reopen') {
            // As after a crash: what was not written is lost.
            running.crash();
            running = crashable(provider);
            projection = await openProjection(store, running.provider);
            expect(await projection.waitUntilReady(5_000)).toBe(true);
          }
        }
        const events = await eventsOf(log);
        checkAgainstFold(projection, log, events, erased);
        await projection.flush();
        checkAgainstFold(projection, log, events, erased);
        const verified = await right(projection.verify());
        expect(verified.differences).toEqual([]);
        const fresh = await openProjection(store, make());
        expect(await fresh.waitUntilReady(5_000)).toBe(true);
        checkAgainstFold(fresh, log, events, erased);
        expect(fresh.health().quarantined).toBe(projection.health().quarantined);
        expect(fresh.quarantined()).toEqual(projection.quarantined());
        await fresh.close();
        await projection.close();
      }),
      { numRuns },
    );
  });
};
