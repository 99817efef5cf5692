import { Revision } from '@account-data/event-store';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchAppendRequest, prepareAppend } from '../src/wire/appendRequests.js';

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const json = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant('x'.repeat(20_000))), { maxKeys: 5 });
const event = fc.record({ id: fc.uuid(), type: text, data: json, metadata: json });
const expected = fc.oneof(
  fc.constantFrom('any' as const, 'no-stream' as const),
  fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: (1n << 63n) - 1n })).map((revision) => Revision(revision)),
);

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('a request to append', () => {
  it('is understood by the generated code, whatever is appended', () => {
    fc.assert(
      fc.property(text, fc.array(event, { minLength: 1, maxLength: 5 }), expected, fc.uuid(), (stream, events, revision, correlationId) => {
        const append = prepareAppend(stream, events, revision);
        const request = streams.BatchAppendReq.deserializeBinary(batchAppendRequest(append, correlationId));
        const options = request.getOptions();
        expect(request.getCorrelationId()?.getString()).toBe(correlationId);
        expect(request.getIsFinal()).toBe(true);
        expect(utf8(options?.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array())).toBe(stream);
        expect([options?.hasAny(), options?.hasNoStream(), options?.hasStreamPosition() === true && options.getStreamPosition()]).toEqual([
          revision === 'any',
          revision === 'no-stream',
          revision !== 'any' && revision !== 'no-stream' && revision,
        ]);
        expect(
          request.getProposedMessagesList().map((message) => ({
            id: message.getId()?.getString(),
            type: message.getMetadataMap().get('type'),
            data: JSON.parse(utf8(message.getData_asU8())) as unknown,
            metadata: JSON.parse(utf8(message.getCustomMetadata_asU8())) as unknown,
          })),
        ).toEqual(events.map(({ id, type, data, metadata }) => ({ id, type, data: { ...data }, metadata: { ...metadata } })));
        expect(request.getProposedMessagesList()[0]?.getMetadataMap().get('content-type')).toBe('application/json');
        expect([append.count, append.lastId]).toEqual([events.length, events.at(-1)?.id]);
      }),
    );
  });

  it('has the same bytes again, but for the correlation id', () => {
    const append = prepareAppend('s', [{ id: '9b2f0a6e-3f4f-4b21-9a51-0f4ad1f4b7c2', type: 'T', data: {}, metadata: {} }], 'no-stream');
    const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
    const [one, two] = ids.map((id) => batchAppendRequest(append, id).toString('latin1'));
    expect(one?.replace(ids[0], ids[1])).toBe(two);
  });
});
