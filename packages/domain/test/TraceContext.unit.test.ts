import { describe, expect, it } from 'vitest';
import { traceContextOf, traceMetadata } from '@account-data/domain';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${spanId}-01`;

describe('a trace context', () => {
  it.each([
    ['of a sampled trace', { traceparent }, { traceparent, $traceId: traceId, $spanId: spanId }],
    ['of one that is not sampled', { traceparent: `00-${traceId}-${spanId}-00` }, { traceparent: `00-${traceId}-${spanId}-00`, $traceId: traceId, $spanId: spanId }],
    ['of a newer version of the form', { traceparent: `01-${traceId}-${spanId}-01-more` }, { traceparent: `01-${traceId}-${spanId}-01-more`, $traceId: traceId, $spanId: spanId }],
    ['with a state', { traceparent, tracestate: 'a=b' }, { traceparent, tracestate: 'a=b', $traceId: traceId, $spanId: spanId }],
    ['that is none', { traceparent: '00-a-b-01' }, { traceparent: '00-a-b-01' }],
    ['of zeros, which is none', { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` }, { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` }],
    ['that is not there', {}, {}],
  ])('%s is written both ways', (_, given, expected) => {
    expect(traceMetadata(given)).toEqual(expected);
  });

  it.each([
    ['as W3C writes it', { traceparent, tracestate: 'a=b' }, { traceparent, tracestate: 'a=b' }],
    ["as KurrentDB's clients write it", { $traceId: traceId, $spanId: spanId }, { traceparent }],
    ['both ways, as W3C writes it', { traceparent, $traceId: 'f'.repeat(32), $spanId: 'f'.repeat(16) }, { traceparent }],
    ['with half of it missing', { $traceId: traceId }, undefined],
    ['in another form', { $traceId: traceId.toUpperCase(), $spanId: spanId }, undefined],
    ['of another type', { $traceId: 7, $spanId: {} }, undefined],
    ['nowhere', {}, undefined],
  ])('is read %s', (_, metadata, expected) => {
    expect(traceContextOf(metadata)).toEqual(expected);
  });
});
