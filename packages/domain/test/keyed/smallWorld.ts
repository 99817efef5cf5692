import * as fc from 'fast-check';
import {
  type AccountDataCommand,
  type AccountDataUpdated,
  type DecisionContext,
  type EventMetadata,
  plus,
  type RecordedAccountDataEvent,
  Revision,
} from '@account-data/domain';
import { defaultLimits } from '@account-data/domain';
import { alice, direct, garden, kitchen, metadata, theme } from '../given/examples.js';

/** A world so small that everything in it meets: three rooms, two types, few contents, keys and actors. */
export const rooms = [null, kitchen, garden] as const;
export const types = [theme, direct] as const;
export const actors = [metadata.actor, { kind: 'service', id: metadata.actor.id }] as const;
export const requestKeys = ['k1', 'k2'] as const;

const rarely = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const room = fc.constantFrom(...rooms);
const type = fc.constantFrom(...types);
const content = fc.constantFrom({}, { a: 1 }, { a: 'ü€😀' }, { a: 2 }, { b: [1], a: 1 });
const fingerprint = fc.constantFrom('f', 'g');

export const arbitraryUpdate: fc.Arbitrary<AccountDataUpdated> = fc
  .tuple(room, type, content)
  .map(([roomId, name, value]) => ({ type: 'AccountDataUpdated', data: { userId: alice, roomId, type: name, content: value } }));

const arbitraryMetadata: fc.Arbitrary<EventMetadata> = fc
  .tuple(fc.constantFrom(...actors), fc.option(fc.tuple(fc.constantFrom(...requestKeys), fingerprint), { nil: undefined }))
  .map(([actor, request]) =>
    request === undefined
      ? { ...metadata, actor }
      : { ...metadata, actor, requestKey: { key: request[0], fingerprint: request[1], count: 1, index: 0 } },
  );

export interface Unplaced {
  readonly event: AccountDataUpdated;
  readonly metadata: EventMetadata;
}

export const arbitraryUnplaced: fc.Arbitrary<Unplaced> = fc
  .tuple(arbitraryUpdate, arbitraryMetadata)
  .map(([event, about]) => ({ event, metadata: about }));

/** Events with the revisions from `first` on. */
export const placed = (events: ReadonlyArray<Unplaced>, first = Revision(0)): ReadonlyArray<RecordedAccountDataEvent> =>
  events.map((unplaced, index) => ({ ...unplaced, revision: plus(first, index) }));

/** A whole stream, perhaps with the user's erasure somewhere. */
export const arbitraryStream: fc.Arbitrary<ReadonlyArray<RecordedAccountDataEvent>> = fc
  .tuple(fc.array(arbitraryUnplaced, { maxLength: 20 }), rarely(fc.nat(20)))
  .map(([events, erasedAt]) => {
    const stream = [...placed(events)];
    if (erasedAt !== undefined) {
      stream.splice(erasedAt, 0, { event: { type: 'UserErased', data: { userId: alice } }, revision: Revision(0), metadata });
    }
    return stream;
  });

export const arbitraryCommand: fc.Arbitrary<AccountDataCommand> = fc
  .tuple(
    room,
    type,
    fc.option(content, { nil: undefined }),
    rarely(fc.oneof(fc.constantFrom('absent' as const, 'present' as const), fc.nat(20).map(Revision))),
  )
  .map(([roomId, name, value, ifRevision]) => ({
    ...(value === undefined ? { _tag: 'DeleteAccountData' } : { _tag: 'SetAccountData', content: value }),
    userId: alice,
    roomId,
    type: name,
    ...(ifRevision === undefined ? {} : { ifRevision }),
  }));

export const arbitraryContext: fc.Arbitrary<DecisionContext> = fc
  .tuple(
    fc.nat(6),
    fc.nat(80),
    fc.integer({ min: 1, max: 20 }),
    fc.boolean(),
    fc.option(fc.tuple(fc.constantFrom(...actors), fc.constantFrom(...requestKeys), fingerprint), { nil: undefined }),
  )
  .map(([maxKeysPerUser, maxBytesPerUser, requestKeyWindow, suppressUnchanged, request]) => ({
    limits: { ...defaultLimits, maxKeysPerUser, maxBytesPerUser, requestKeyWindow },
    suppressUnchanged,
    ...(request === undefined ? {} : { request: { actor: request[0], key: request[1], fingerprint: request[2] } }),
  }));
