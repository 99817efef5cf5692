import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import anyMessage from 'google-protobuf/google/protobuf/any_pb.js';
import emptyMessage from 'google-protobuf/google/protobuf/empty_pb.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../src/appends/AttemptOutcome.js';
import { ProtobufWriter } from '../src/wire/ProtobufWriter.js';

const success = (revision: string, position?: string): BatchAppendResp => {
  const done = new streams.BatchAppendResp.Success();
  done.setCurrentRevision(revision);
  if (position === undefined) done.setNoPosition(new emptyMessage.Empty());
  else {
    const place = new shared.AllStreamPosition();
    place.setCommitPosition(position);
    place.setPreparePosition(position);
    done.setPosition(place);
  }
  const response = new streams.BatchAppendResp();
  response.setSuccess(done);
  return response;
};

const failure = (name: string | undefined, message: string, bytes: Uint8Array = new Uint8Array()): BatchAppendResp => {
  const status = new statuses.Status();
  status.setMessage(message);
  if (name !== undefined) {
    const details = new anyMessage.Any();
    details.pack(Uint8Array.from(bytes), name);
    status.setDetails(details);
  }
  const response = new streams.BatchAppendResp();
  response.setError(status);
  return response;
};

const wrong = (set: (message: InstanceType<typeof shared.WrongExpectedVersion>) => void): BatchAppendResp => {
  const message = new shared.WrongExpectedVersion();
  set(message);
  return failure('event_store.client.WrongExpectedVersion', 'WrongExpectedVersion', message.serializeBinary());
};

const tooLarge = (): Uint8Array => {
  const message = new shared.MaximumAppendSizeExceeded();
  message.setMaxappendsize(1_048_576);
  return message.serializeBinary();
};

const eventTooLarge = (): Uint8Array => {
  const message = new ProtobufWriter();
  message.text(1, '6b1a4b4c-3d5e-4d6f-8a1b-2c3d4e5f6071');
  message.uint64(2, 17_000_000n);
  message.uint64(3, 16_777_216n);
  return message.result();
};

describe('an answer to an append', () => {
  const answers: ReadonlyArray<readonly [string, BatchAppendResp, object]> = [
    ['a success', success('7', '123'), { _tag: 'Appended', revision: '7', position: '123' }],
    ['a success beyond what a number holds', success('9007199254740993', '9223372036854775807'), { _tag: 'Appended', revision: '9007199254740993', position: '9223372036854775807' }],
    ['a success without a position, as duplicates may be acknowledged', success('7'), { _tag: 'Appended', revision: '7', position: undefined }],
    ['a conflict', wrong((message) => message.setCurrentStreamRevision('5')), { _tag: 'WrongRevision', actual: '5' }],
    ['a conflict with the first event', wrong((message) => message.setCurrentStreamRevision('0')), { _tag: 'WrongRevision', actual: '0' }],
    ['a conflict with no stream', wrong((message) => message.setCurrentNoStream(new emptyMessage.Empty())), { _tag: 'WrongRevision', actual: 'no-stream' }],
    ['a conflict with revision -1', wrong((message) => message.setCurrentStreamRevision('18446744073709551615')), { _tag: 'WrongRevision', actual: 'no-stream' }],
    ['a tombstone', failure('event_store.client.StreamDeleted', 'StreamDeleted'), { _tag: 'Tombstoned' }],
    ['a denial', failure('event_store.client.AccessDenied', 'AccessDenied'), { _tag: 'AccessDenied' }],
    ['a size', failure('event_store.client.MaximumAppendSizeExceeded', 'x', tooLarge()), { _tag: 'TooLarge', limit: 1_048_576 }],
    ['the size of an event', failure('event_store.client.MaximumAppendEventSizeExceeded', 'x', eventTooLarge()), { _tag: 'TooLarge', limit: 16_777_216, bytes: 17_000_000 }],
    ["a node's own time-out", failure('event_store.client.Timeout', 'Timeout'), { _tag: 'Unknown', reason: 'Timeout' }],
    ['a node that is not ready', failure('google.protobuf.Empty', 'Server Is Not Ready'), { _tag: 'NotWritten', reason: 'Server Is Not Ready' }],
    ['what the node does not know itself', failure('event_store.client.Unknown', ''), { _tag: 'Unknown', reason: 'event_store.client.Unknown' }],
    ['an error of a kind that is new', failure('kurrent.Surprise', 'x'), { _tag: 'Unknown', reason: 'x' }],
    ['an error without details', failure(undefined, ''), { _tag: 'Unknown' }],
    ['a request that is not understood', failure('event_store.client.BadRequest', 'no'), { _tag: 'Refused', reason: 'no' }],
    ['nothing', new streams.BatchAppendResp(), { _tag: 'Unknown' }],
  ];
  for (const [what, answer, expected] of answers) {
    it(`is understood: ${what}`, () => {
      expect(readAnswer(Buffer.from(answer.serializeBinary())).outcome).toMatchObject(expected);
    });
  }
});

describe('the correlation id of an answer', () => {
  it('is the same text in both forms in which it may be sent', () => {
    fc.assert(
      fc.property(fc.uuid(), (text) => {
        const digits = text.replaceAll('-', '');
        const parts = new shared.UUID.Structured();
        parts.setMostSignificantBits(BigInt.asIntN(64, BigInt(`0x${digits.slice(0, 16)}`)).toString());
        parts.setLeastSignificantBits(BigInt.asIntN(64, BigInt(`0x${digits.slice(16)}`)).toString());
        const structured = new shared.UUID();
        structured.setStructured(parts);
        const plain = new shared.UUID();
        plain.setString(text.toUpperCase());
        const ids = [structured, plain].map((uuid) => {
          const answer = success('7', '123');
          answer.setCorrelationId(uuid);
          return readAnswer(Buffer.from(answer.serializeBinary())).id;
        });
        expect(ids).toEqual([text, text]);
      }),
    );
  });
});
