import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import {
  type AccountDataUpdated,
  AccountDataUpdatedV1,
  RoomId,
  UserId,
  createEventDecoder,
  decoderOf,
  eventType,
  eventTypes,
  firstVersion,
  nextVersion,
} from '@account-data/domain';
import { alice, dark, kitchen, metadata, theme } from '../given/examples.js';

/** A past that was not: two older versions of the event, whose newest version is today's. */
const Oldest = t.strict({ user: UserId, key: t.string, value: t.string });
const Older = t.strict({ userId: UserId, room: t.union([RoomId, t.null]), type: t.string, value: t.string });

const decode = createEventDecoder([
  eventType(
    'AccountDataUpdated',
    pipe(
      firstVersion(decoderOf(Oldest)),
      nextVersion(({ user, key, value }) => ({ userId: user, room: null, type: key, value }), decoderOf(Older)),
      nextVersion(
        ({ userId, room, type, value }) => ({ userId, roomId: room, type: type as typeof theme, content: { value } }),
        decoderOf(AccountDataUpdatedV1),
      ),
    ),
    (data): AccountDataUpdated => ({ type: 'AccountDataUpdated', data }),
  ),
]);

const version = (schemaVersion: number) => ({ ...metadata, schemaVersion });
const event = (data: object, schemaVersion: number) =>
  E.right({ event: { type: 'AccountDataUpdated', data }, metadata: version(schemaVersion) });

describe('events of older schema versions', () => {
  it('are brought to the newest one, version by version', () => {
    expect(decode('AccountDataUpdated', { user: alice, key: theme, value: 'dark' }, version(1))).toStrictEqual(
      event({ userId: alice, roomId: null, type: theme, content: { value: 'dark' } }, 1),
    );
    expect(decode('AccountDataUpdated', { userId: alice, room: kitchen, type: theme, value: 'dark' }, version(2))).toStrictEqual(
      event({ userId: alice, roomId: kitchen, type: theme, content: { value: 'dark' } }, 2),
    );
    const newest = { userId: alice, roomId: null, type: theme, content: dark };
    expect(decode('AccountDataUpdated', newest, version(3))).toStrictEqual(event(newest, 3));
  });

  it('are read by the codec of their own version', () => {
    expect(decode('AccountDataUpdated', { user: alice, key: theme }, version(1))).toMatchObject(
      E.left({ _tag: 'CorruptEvent', path: '/data/value' }),
    );
    expect(decode('AccountDataUpdated', { userId: alice, room: 7, type: theme, value: 'x' }, version(2))).toMatchObject(
      E.left({ _tag: 'CorruptEvent', path: '/data/room' }),
    );
  });

  it('end at the newest: one more is newer than this program', () => {
    expect(decode('AccountDataUpdated', {}, version(4))).toMatchObject(
      E.left({ _tag: 'NewerSchemaVersion', version: 4, supported: 3 }),
    );
  });
});

describe('the table of event types', () => {
  it('names each type once', () => {
    const [first] = eventTypes;
    expect(() => createEventDecoder(first === undefined ? [] : [first, first])).toThrow(TypeError);
  });
});
