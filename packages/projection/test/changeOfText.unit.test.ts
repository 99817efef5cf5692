import { streamNames } from '@account-data/domain';
import { arbitraryAccountDataUpdated, arbitraryEventMetadata } from '@account-data/domain/testing';
import { Position, type PositionedEvent, Revision, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, historyEntryOf } from '../src/history/changeOf.js';
import { changeOfText } from '../src/history/changeOfText.js';
import { alice, metadataOf } from './harness.js';
import { asText } from './support/asText.js';

const stream = StreamName(streamNames().accountData(alice));
const place = { position: Position(7), time: 5 };

const eventOf = (data: PositionedEvent['data'], metadata: PositionedEvent['metadata'], id = '00000000-0000-4000-8000-00000000000a'): PositionedEvent => ({
  stream,
  revision: Revision(3),
  position: Position(7),
  id,
  type: 'AccountDataUpdated',
  data,
  metadata,
  created: 5,
});

/** What a history tells of it, with itself as what was before; undefined where it can't be read. */
const toldOf = (event: PositionedEvent): string | undefined => {
  const change = changeOf(event);
  if (E.isLeft(change) || change.right === undefined) return undefined;
  return JSON.stringify(historyEntryOf(change.right, place, change.right));
};

const isDeeplyFrozen = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

/** Of one that is told from its text the same is told, and its content is as frozen. */
const expectSame = (event: PositionedEvent): boolean => {
  const withText = asText(event);
  const known = withText.text === undefined ? undefined : changeOfText(withText, withText.text);
  expect(toldOf(withText)).toBe(toldOf(event));
  if (known === undefined) return false;
  expect(isDeeplyFrozen(known.data.content)).toBe(true);
  expect(known.bytes).toBe(Buffer.byteLength(JSON.stringify(event.data), 'utf8'));
  return true;
};

describe('a change that is told from its text', () => {
  it('is the one that the decoder makes of the event, whatever it is', () => {
    const name = fc.constantFrom(undefined, 'a', 'org.example.theme', '', 'é', '@alice:example.org', '!room:example.org');
    const seen = { fromText: 0, decoded: 0 };
    fc.assert(
      fc.property(arbitraryAccountDataUpdated, arbitraryEventMetadata, name, name, name, ({ data }, metadata, userId, roomId, type) => {
        const isFromText = expectSame(
          eventOf({ ...data, userId: userId ?? data.userId, roomId: roomId ?? data.roomId, type: type ?? data.type }, metadata),
        );
        seen[isFromText ? 'fromText' : 'decoded'] += 1;
      }),
      { numRuns: 300, seed: 18 },
    );
    expect(seen.decoded).toBeGreaterThan(20);
    fc.assert(
      fc.property(arbitraryAccountDataUpdated, ({ data }) => {
        if (expectSame(eventOf({ ...data }, metadataOf()))) seen.fromText += 1;
      }),
      { numRuns: 100, seed: 18 },
    );
    expect(seen.fromText).toBeGreaterThan(20);
  });

  it('has every fact that its metadata have, escaped or not', () => {
    const data = { userId: alice, roomId: '!room:example.org', type: 'a', content: { text: 'ü "x" \\ \u2028', list: [1, { a: null }] } };
    for (const actor of [alice, 'ü "quoted" \\', '']) {
      const facts = { actor: { kind: 'service' as const, id: actor }, reason: 'because "so" \n', $causationId: 'c\\d', originalTime: 12, $correlationId: 'é', origin: 'import' as const };
      expect(expectSame(eventOf(data, metadataOf(facts)))).toBe(true);
      expect(expectSame(eventOf(data, metadataOf()))).toBe(true);
    }
  });
});
