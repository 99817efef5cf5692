import * as fc from 'fast-check';
import { type Actor, actorKinds } from '../Actor.js';
import type { EventMetadata, RequestKeyMetadata, SourceMetadata } from '../EventMetadata.js';

const arbitraryText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });

/** Actors of each kind, with any text as id. @category generators */
export const arbitraryActor: fc.Arbitrary<Actor> = fc.record(
  { kind: fc.constantFrom(...actorKinds), id: arbitraryText },
  { noNullPrototype: true },
);

/** Request keys of requests of one to five events. @category generators */
export const arbitraryRequestKeyMetadata: fc.Arbitrary<RequestKeyMetadata> = fc
  .record({ key: arbitraryText, fingerprint: arbitraryText, count: fc.integer({ min: 1, max: 5 }), seed: fc.nat() }, { noNullPrototype: true })
  .map(({ key, fingerprint, count, seed }) => ({ key, fingerprint, count, index: seed % count }));

/** Where imported events were before. @category generators */
export const arbitrarySourceMetadata: fc.Arbitrary<SourceMetadata> = fc.record(
  {
    logId: arbitraryText,
    id: arbitraryText,
    version: arbitraryText,
    origin: fc.constantFrom('api', 'import', 'restore'),
    restoredRevision: fc.bigInt({ min: 0n, max: 1n << 63n }).map(String),
  },
  { requiredKeys: ['logId', 'id'], noNullPrototype: true },
);

/** Metadata of any of schema version 1. @category generators */
export const arbitraryEventMetadata: fc.Arbitrary<EventMetadata> = fc.record(
  {
    schemaVersion: fc.constant(1),
    actor: arbitraryActor,
    reason: arbitraryText,
    $correlationId: fc.uuid(),
    $causationId: fc.uuid(),
    causationDepth: fc.nat(20),
    traceparent: arbitraryText,
    tracestate: arbitraryText,
    origin: fc.constantFrom('api', 'import', 'restore'),
    restoredRevision: fc.bigInt({ min: 0n, max: 1n << 63n }).map(String),
    originalTime: fc.maxSafeNat(),
    source: arbitrarySourceMetadata,
    requestKey: arbitraryRequestKeyMetadata,
  },
  { requiredKeys: ['schemaVersion', 'actor', '$correlationId', 'origin'], noNullPrototype: true },
);
