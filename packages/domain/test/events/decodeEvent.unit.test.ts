import { deepStrictEqual } from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AccountDataUpdatedV1,
  EventMetadata,
  RoomTagRemovedV1,
  RoomTagSetV1,
  createEventDecoder,
  decodeEvent,
  decoderOf,
  encodeEvent,
  eventType,
  firstVersion,
  isEventMetadata,
  schemaVersionOf,
} from '@account-data/domain';
import { arbitraryDomainEvent, arbitraryEventMetadata } from '@account-data/domain/testing';
import { isDeeplyFrozen } from '../json/frozen.js';
import { alice, dark, metadata, theme } from '../given/examples.js';
import { arbitraryMutation } from './mutations.js';

const data = () => ({ userId: alice, roomId: null, type: theme, content: { ...dark } });
const decode = (changes: object, metadataChanges: object = {}) =>
  decodeEvent('AccountDataUpdated', { ...data(), ...changes }, { ...metadata, ...metadataChanges });
const corrupt = (path: string, expected?: string) =>
  E.left(
    expect.objectContaining({
      _tag: 'CorruptEvent',
      code: 'corrupt_event',
      type: 'AccountDataUpdated',
      path,
      ...(expected === undefined ? {} : { expected }),
    }),
  );

describe('a stored event', () => {
  it('of an unknown type is told apart', () => {
    for (const type of ['SomethingElse', '', '__proto__', 'constructor', 'accountDataUpdated']) {
      expect(decodeEvent(type, {}, {})).toMatchObject(E.left({ _tag: 'UnknownEventType', code: 'unknown_event_type', type }));
    }
  });

  it('of a newer schema version is told apart, whatever else it holds', () => {
    expect(decodeEvent('AccountDataUpdated', { other: 1 }, { schemaVersion: 2 })).toMatchObject(
      E.left({ _tag: 'NewerSchemaVersion', code: 'newer_schema_version', version: 2, supported: 1 }),
    );
  });

  it.each([undefined, null, 0, -1, 1.5, '1', Number.NaN])('without a real schema version (%s) is corrupt', (schemaVersion) => {
    expect(decode({}, { schemaVersion })).toStrictEqual(corrupt('/metadata/schemaVersion'));
  });

  it('is handed on with its content frozen and its unknown keys left out', () => {
    const decoded = decode({ later: 'addition' });
    expect(decoded).toStrictEqual(E.right({ event: { type: 'AccountDataUpdated', data: data() }, metadata }));
    expect(E.isRight(decoded) && isDeeplyFrozen((decoded.right.event.data as { content: unknown }).content)).toBe(true);
  });

  it.each([
    [{ userId: 'alice' }, '/data/userId', 'a user ID'],
    [{ userId: 1 }, '/data/userId', 'a user ID'],
    [{ roomId: '@x' }, '/data/roomId', 'a room ID or null'],
    [{ roomId: undefined }, '/data/roomId', 'a room ID or null'],
    [{ type: '' }, '/data/type', 'a type of account data'],
    [{ content: [] }, '/data/content', 'plain JSON'],
    [{ content: { a: { b: Infinity } } }, '/data/content/a/b', 'plain JSON'],
    [{ content: { a: '\ud800' } }, '/data/content/a', 'plain JSON'],
  ])('with %j is corrupt', (changes, path, expected) => {
    expect(decode(changes)).toStrictEqual(corrupt(path, expected));
  });

  it.each([
    [{ actor: undefined }, '/metadata/actor'],
    [{ actor: { kind: 'root', id: 'x' } }, '/metadata/actor/kind'],
    [{ actor: { kind: 'user' } }, '/metadata/actor/id'],
    [{ $correlationId: 1 }, '/metadata/$correlationId'],
    [{ $causationId: null }, '/metadata/$causationId'],
    [{ causationDepth: -1 }, '/metadata/causationDepth'],
    [{ causationDepth: 0.5 }, '/metadata/causationDepth'],
    [{ origin: 'elsewhere' }, '/metadata/origin'],
    [{ reason: 1 }, '/metadata/reason'],
    [{ traceparent: 1 }, '/metadata/traceparent'],
    [{ tracestate: 1 }, '/metadata/tracestate'],
    [{ restoredRevision: '01' }, '/metadata/restoredRevision'],
    [{ restoredRevision: 1 }, '/metadata/restoredRevision'],
    [{ originalTime: '2020' }, '/metadata/originalTime'],
    [{ requestKey: {} }, '/metadata/requestKey/key'],
    [{ requestKey: { key: 'k' } }, '/metadata/requestKey/fingerprint'],
    [{ requestKey: { key: 'k', fingerprint: 'f', count: 0, index: 0 } }, '/metadata/requestKey/index'],
    [{ requestKey: { key: 'k', fingerprint: 'f', count: 1, index: 1 } }, '/metadata/requestKey/index'],
    [{ requestKey: { key: 'k', fingerprint: 'f', count: '1', index: 0 } }, '/metadata/requestKey/count'],
  ])('with metadata %j is corrupt', (changes, path) => {
    expect(decode({}, changes)).toStrictEqual(corrupt(path));
  });

  it('of any other type that is corrupt is told with its path', () => {
    expect(decodeEvent('RoomTagSet', { userId: alice, roomId: '!r', tag: '', content: {} }, metadata)).toMatchObject(
      E.left({ path: '/data/tag' }),
    );
    expect(decodeEvent('RoomTagSet', { userId: alice, roomId: '!r', tag: 't', content: null }, metadata)).toMatchObject(
      E.left({ path: '/data/content' }),
    );
    expect(decodeEvent('RoomTagRemoved', { userId: alice, roomId: null, tag: 't' }, metadata)).toMatchObject(
      E.left({ path: '/data/roomId' }),
    );
    expect(decodeEvent('UserErased', { userId: 'x' }, metadata)).toMatchObject(
      E.left({ path: '/data/userId', expected: 'UserId' }),
    );
    expect(decodeEvent('LogCreated', 'text', metadata)).toMatchObject(E.left({ path: '/data' }));
  });

  it('never has its values in the error', () => {
    const decoded = JSON.stringify([
      decode({ content: { a: 'hunter2\ud800' } }),
      decode({ userId: 'hunter2' }),
      decodeEvent('UserErased', { userId: 'hunter2' }, metadata),
    ]);
    expect(decoded).not.toContain('hunter2');
  });
});

describe('decoding in plain steps', () => {
  const naive = createEventDecoder<unknown>([
    eventType('AccountDataUpdated', firstVersion(decoderOf(AccountDataUpdatedV1)), (event) => ({
      type: 'AccountDataUpdated',
      data: event,
    })),
    eventType('RoomTagSet', firstVersion(decoderOf(RoomTagSetV1)), (event) => ({
      type: 'RoomTagSet',
      data: event,
    })),
    eventType('RoomTagRemoved', firstVersion(decoderOf(RoomTagRemovedV1)), (event) => ({
      type: 'RoomTagRemoved',
      data: event,
    })),
  ]);

  it('gives what the io-ts codecs give, also of damaged events', () => {
    let damaged = 0;
    fc.assert(
      fc.property(
        arbitraryDomainEvent.filter(({ type }) => type !== 'UserErased' && type !== 'LogCreated' && type !== 'LogEpochBegan'),
        arbitraryMutation,
        (event, mutate) => {
          const expected = naive(event.type, mutate(event.data), metadata);
          const actual = decodeEvent(event.type, mutate(event.data), metadata);
          if (E.isRight(expected)) deepStrictEqual(actual, expected);
          else {
            damaged += 1;
            expect(actual).toMatchObject(E.left({ _tag: 'CorruptEvent', type: event.type }));
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(damaged).toBeGreaterThan(100);
  });

  it('takes the metadata that the io-ts codec takes, also of damaged ones', () => {
    let damaged = 0;
    fc.assert(
      fc.property(arbitraryEventMetadata, arbitraryMutation, (original, mutate) => {
        const changed = mutate(original);
        const expected = EventMetadata.is(changed);
        if (!expected) damaged += 1;
        expect(isEventMetadata(changed)).toBe(expected);
        expect(E.isRight(EventMetadata.decode(changed))).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    expect(damaged).toBeGreaterThan(100);
  });
});

describe('an encoded event', () => {
  it('carries the schema version that is written today', () => {
    fc.assert(
      fc.property(arbitraryDomainEvent, (event) => {
        const encoded = encodeEvent(event, { ...metadata, schemaVersion: schemaVersionOf(event.type) });
        expect(E.isRight(decodeEvent(encoded.type, encoded.data, encoded.metadata))).toBe(true);
      }),
    );
  });
});
