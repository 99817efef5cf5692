import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReadAnswer, type ReadAnswer } from '../src/wire/ReadAnswer.js';

type RecordedEvent = ReadResp.ReadEvent.RecordedEvent;

const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 20_000n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constant((1n << 64n) - 1n), fc.constant(1n << 49n));
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 300 });

const eventParts = fc.record({ id: fc.uuid(), stream: text, revision: uint64, position: uint64, type: text, created: fc.nat().map(String), others: fc.dictionary(fc.string().filter((key) => !['type', 'created'].includes(key)), text), data: bytes, metadata: bytes });
type EventParts = typeof eventParts extends fc.Arbitrary<infer A> ? A : never;

/** By the code that the client's package generated from the protocol's definitions. */
const generatedEvent = (parts: EventParts): RecordedEvent => {
  const id = new shared.UUID();
  id.setString(parts.id);
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from(parts.stream, 'utf8'));
  const event = new streams.ReadResp.ReadEvent.RecordedEvent();
  event.setId(id);
  event.setStreamIdentifier(stream);
  event.setStreamRevision(String(parts.revision));
  event.setPreparePosition(String(parts.position));
  event.setCommitPosition(String(parts.position));
  for (const [key, value] of Object.entries(parts.others)) event.getMetadataMap().set(key, value);
  event.getMetadataMap().set('type', parts.type).set('created', parts.created).set('content-type', 'application/json');
  event.setData(parts.data);
  event.setCustomMetadata(parts.metadata);
  return event;
};

const encoded = (fill: (answer: ReadResp) => void): Buffer => {
  const answer = new streams.ReadResp();
  fill(answer);
  return Buffer.from(answer.serializeBinary());
};

const answerOf = (parts: EventParts, link?: EventParts): Buffer =>
  encoded((answer) => {
    const read = new streams.ReadResp.ReadEvent();
    read.setEvent(generatedEvent(parts));
    if (link !== undefined) read.setLink(generatedEvent(link));
    read.setCommitPosition(String(parts.position));
    answer.setEvent(read);
  });

describe('an answer to a read', () => {
  it('is decoded as the generated code encodes it: any event, with or without a link', () => {
    fc.assert(
      fc.property(eventParts, fc.option(eventParts, { nil: undefined }), (parts, link) => {
        const answer = decodeReadAnswer(answerOf(parts, link));
        const { others: _, ...wanted } = parts;
        const found = answer._tag === 'Event' ? { ...answer.event, data: new Uint8Array(answer.event.data), metadata: new Uint8Array(answer.event.metadata) } : answer;
        expect(found).toEqual(wanted);
      }),
    );
  });

  const others: ReadonlyArray<readonly [ReadAnswer['_tag'], (answer: ReadResp) => void]> = [
    ['Confirmed', (answer) => answer.setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('a subscription'))],
    ['StreamNotFound', (answer) => answer.setStreamNotFound(new streams.ReadResp.StreamNotFound())],
    ['CaughtUp', (answer) => answer.setCaughtUp(new streams.ReadResp.CaughtUp())],
    ['FellBehind', (answer) => answer.setFellBehind(new streams.ReadResp.FellBehind())],
    ['Other', (answer) => answer.setLastStreamPosition('18446744073709551615')],
    ['Other', (answer) => answer.setEvent(new streams.ReadResp.ReadEvent().setNoPosition(new shared.Empty()))],
    ['Other', () => undefined],
  ];
  it.each(others)('is decoded where it is %s', (tag, fill) => {
    expect(decodeReadAnswer(encoded(fill))._tag).toBe(tag);
  });

  it('is decoded where it is a checkpoint', () => {
    fc.assert(
      fc.property(uint64, (position) => {
        const answer = encoded((filled) => {
          const checkpoint = new streams.ReadResp.Checkpoint();
          checkpoint.setCommitPosition(String(position));
          checkpoint.setPreparePosition('7');
          filled.setCheckpoint(checkpoint);
        });
        expect(decodeReadAnswer(answer)).toEqual({ _tag: 'Checkpoint', position });
      }),
    );
  });

  it('is passed over in what a newer server tells besides: fields of any kind', () => {
    const unknown = Buffer.from([0x9a, 0x06, 0x02, 0xff, 0xff, 0xa0, 0x06, 0xff, 0x01, 0xa9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xb5, 0x06, 1, 2, 3, 4]);
    const caughtUp = encoded((answer) => answer.setCaughtUp(new streams.ReadResp.CaughtUp()));
    expect(decodeReadAnswer(unknown)).toEqual({ _tag: 'Other' });
    expect(decodeReadAnswer(Buffer.concat([unknown, caughtUp]))).toEqual({ _tag: 'CaughtUp' });
  });

  it('is an error where it is cut off, and never something else', () => {
    fc.assert(
      fc.property(eventParts, fc.nat(), (parts, at) => {
        const whole = answerOf(parts);
        const cut = whole.subarray(0, 1 + (at % (whole.length - 1)));
        expect(() => decodeReadAnswer(cut)).toThrow(RangeError);
      }),
    );
  });

  it('is an error where it is noise, or is decoded; it never hangs or reads beyond itself', () => {
    fc.assert(
      fc.property(bytes, (noise) => {
        try {
          decodeReadAnswer(Buffer.from(noise));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
