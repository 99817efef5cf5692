import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actorKinds, decodeEvent, isAccountDataType, isRoomId, isUserId, origins, scannedUpdate, scanUpdate } from '@account-data/domain';
import { arbitraryAccountDataUpdated, arbitraryEventMetadata } from '@account-data/domain/testing';
import { arbitraryMutation } from './mutations.js';

interface Found {
  readonly userId: string;
  readonly roomId: string | null;
  readonly type: string;
  readonly content: string;
  readonly originalTime: number | undefined;
  readonly data: string;
  readonly actor: unknown;
  readonly origin: string | undefined;
  readonly correlationId: unknown;
  readonly reason: unknown;
  readonly causationId: unknown;
}

/** What is found in a text that stands somewhere in a buffer. */
const scan = (text: string): Found | undefined => {
  const before = Buffer.from('x"{,');
  const bytes = Buffer.concat([before, Buffer.from(text), Buffer.from(',1700000000000],["more')]);
  const found = scannedUpdate();
  const to = bytes.length - ',1700000000000],["more'.length;
  if (!scanUpdate(bytes, before.length, to, found)) return undefined;
  const part = (from: number, end: number): string => bytes.toString('utf8', from, end);
  const string = (from: number, end: number): unknown => (from < 0 ? undefined : JSON.parse(`"${part(from, end)}"`));
  return {
    userId: part(found.userFrom, found.userTo),
    roomId: found.roomFrom < 0 ? null : part(found.roomFrom, found.roomTo),
    type: part(found.typeFrom, found.typeTo),
    content: part(found.contentFrom, found.contentTo),
    originalTime: found.originalTime,
    data: part(before.length, found.dataTo),
    actor: { kind: actorKinds[found.actorKind], id: string(found.actorFrom, found.actorTo) },
    origin: origins[found.origin],
    correlationId: string(found.correlationFrom, found.correlationTo),
    reason: string(found.reasonFrom, found.reasonTo),
    causationId: string(found.causationFrom, found.causationTo),
  };
};

const textOf = (data: unknown, metadata: unknown): string => JSON.stringify([data, metadata]).slice(1, -1);

/** What is found is what the decoder makes of it, wherever something is found. */
const expectAsDecoded = (text: string): boolean => {
  const found = scan(text);
  if (found === undefined) return false;
  const [data, metadata] = JSON.parse(`[${text}]`) as [unknown, unknown];
  const namesAreValid = isUserId(found.userId) && (found.roomId === null || isRoomId(found.roomId)) && isAccountDataType(found.type);
  const decoded = decodeEvent('AccountDataUpdated', data, metadata);
  expect(E.isRight(decoded)).toBe(namesAreValid);
  if (E.isLeft(decoded) || decoded.right.event.type !== 'AccountDataUpdated') return namesAreValid;
  const { userId, roomId, type, content } = decoded.right.event.data;
  const { actor, origin, originalTime, $correlationId: correlationId, reason, $causationId: causationId } = decoded.right.metadata;
  const told = { userId, roomId, type, content: JSON.stringify(content), originalTime, data: JSON.stringify(data), actor, origin, correlationId, reason, causationId };
  expect(found).toEqual(told);
  expect(decoded.right.metadata.requestKey).toBeUndefined();
  return true;
};

const userId = '@alice:example.org';
const data = { userId, roomId: null, type: 'org.example.theme', content: { dark: true } };
const metadata = { schemaVersion: 1, actor: { kind: 'user', id: userId }, origin: 'api', $correlationId: 'c' };

describe('a change that is looked at as text', () => {
  it('is what the decoder makes of it, or left to the decoder', () => {
    fc.assert(
      fc.property(arbitraryAccountDataUpdated, arbitraryEventMetadata, arbitraryMutation, ({ data: any }, other, mutate) => {
        const [changed, changedMetadata] = mutate([any, other]) as [unknown, unknown];
        if (changed !== undefined && changedMetadata !== undefined) expectAsDecoded(textOf(changed, changedMetadata));
      }),
      { numRuns: 500 },
    );
  });

  it('is what the decoder makes of it where a byte of it is another', () => {
    const text = textOf({ ...data, content: { a: [1, -2.5, { b: 'c\n' }], d: null, e: false } }, { ...metadata, originalTime: 17, reason: 'why' });
    for (let at = 0; at < text.length; at += 1) {
      for (const byte of '"\\{}[],:-.0192euaz \u0001') {
        const other = text.slice(0, at) + byte + text.slice(at + 1);
        const parsed = E.tryCatch((): unknown => JSON.parse(`[${other}]`), () => undefined);
        if (E.isLeft(parsed)) expect(scan(other)).toBeUndefined();
        // Else nobody writes it: with a key that stands there twice, for one.
        else if (JSON.stringify(parsed.right) === `[${other}]`) expectAsDecoded(other);
      }
      expect(scan(text.slice(0, at))).toBeUndefined();
    }
  });

  it.each<readonly [what: string, content: { readonly [key: string]: unknown }]>([
    ['a deletion', {}],
    ['texts with escapes and of any script', { 'a"\\\n': 'é👋 "\\\b\f\n\r\t', '': '' }],
    ['numbers', { n: [0, 1, -1, 12.5, -0.5, 0.000001, 123456789012345] }],
    ['what stands in each other', { a: { b: [[], {}, [true, false, null]] } }],
  ])('is not decoded: %s', (_, content) => {
    expect(expectAsDecoded(textOf({ ...data, content }, metadata))).toBe(true);
    expect(expectAsDecoded(textOf({ ...data, roomId: '!room:example.org', content }, metadata))).toBe(true);
  });

  it.each<readonly [what: string, more: { readonly [key: string]: unknown }]>([
    ['nothing more', {}],
    ['a module', { actor: { kind: 'module', id: 'm "x" é' }, $causationId: 'e', causationDepth: 3 }],
    ['a reason and a trace', { reason: 'why', traceparent: 'p', tracestate: 's', $traceId: 't', $spanId: 'i' }],
    ['an import', { origin: 'import', originalTime: 1_700_000_000_000, callbacks: false }],
  ])('is not decoded with metadata of %s, in any order', (_, more) => {
    const all = Object.entries({ ...metadata, ...more });
    expect(expectAsDecoded(textOf(data, Object.fromEntries(all)))).toBe(true);
    expect(expectAsDecoded(textOf(data, Object.fromEntries(all.toReversed())))).toBe(true);
  });

  it.each<readonly [what: string, text: string]>([
    ['a request key', textOf(data, { ...metadata, requestKey: { key: 'k', fingerprint: 'f', count: 1, index: 0 } })],
    ['an unsafe integer', textOf({ ...data, content: { n: 1 } }, metadata).replace(':1}', ':9007199254740993}')],
    ['half of a surrogate pair', textOf({ ...data, content: { n: '\ud800' } }, metadata)],
    ['negative zero', textOf({ ...data, content: { n: 1 } }, metadata).replace(':1}', ':-0}')],
    ['white space', textOf(data, metadata).replace('true', 'true ')],
    ['a newer schema version', textOf(data, { ...metadata, schemaVersion: 2 })],
    ['no origin', textOf(data, { ...metadata, origin: undefined })],
    ['an actor of another kind', textOf(data, { ...metadata, actor: { kind: 'x', id: 'y' } })],
    ['a key more', textOf({ ...data, more: 1 }, metadata)],
    ['depth', textOf({ ...data, content: JSON.parse(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`) as unknown }, metadata)],
  ])('is left to the decoder: %s', (_, text) => {
    expect(scan(text)).toBeUndefined();
  });
});
