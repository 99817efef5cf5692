import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { identityCipher } from '@account-data/domain';
import { arbitraryJsonObject } from '@account-data/domain/testing';
import { alice } from './given/examples.js';

it('The identity cipher leaves content as it is', () => {
  fc.assert(
    fc.property(arbitraryJsonObject, (content) => {
      expect(identityCipher.seal(alice, content)).toBe(content);
      expect(identityCipher.open(alice, content)).toBe(content);
    }),
  );
});
