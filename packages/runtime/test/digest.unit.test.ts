import { nameUuid, sha256Hex } from '../src/index.js';
import { describe, expect, it } from 'vitest';

describe('digests', () => {
  it('names that were given out stay what they are: stored events are recognised by them', () => {
    expect(nameUuid('a', 'bc')).toBe('82bbbab7-d262-5af9-babc-22156c795003');
    expect(nameUuid('ab', 'c')).toBe('27896fdc-0484-5bdb-84a4-0a664f04d65d');
    expect(nameUuid('room-event', 'ü')).toBe('d7f4cfee-099f-5306-848c-a57d5ed5f0fa');
  });

  it('are of UUIDs of version 5 and the variant of RFC 9562, whatever the hash is', () => {
    for (let index = 0; index < 64; index += 1) {
      expect(nameUuid(String(index))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  // Source: FIPS 180-4's example of one block.
  it('of a text is the SHA-256 of its UTF-8', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex('ü')).toBe('607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f');
  });
});
