import { deepStrictEqual } from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { decodeEvent, encodeEvent } from '@account-data/domain';
import { arbitraryDomainEvent, arbitraryEventMetadata } from '@account-data/domain/testing';

describe('an event', () => {
  it('comes out of JSON text as it went in', () => {
    fc.assert(
      fc.property(arbitraryDomainEvent, arbitraryEventMetadata, (event, metadata) => {
        const { type, data, metadata: stored } = JSON.parse(JSON.stringify(encodeEvent(event, metadata))) as ReturnType<
          typeof encodeEvent
        >;
        deepStrictEqual(decodeEvent(type, data, stored), E.right({ event, metadata }));
      }),
    );
  });
});
