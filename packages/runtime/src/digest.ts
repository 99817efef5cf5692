import { createHash } from 'node:crypto';

/** The SHA-256 of the UTF-8 of a text, in lower-case hexadecimal. @category digests */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The namespace of the name-based UUIDs of this project (random, fixed forever). */
const namespace = Buffer.from('6f0c1c9be9a34d0c8f2f3f0f6f3f9b1e', 'hex');

/**
 * A name-based (version 5, RFC 9562) UUID in this project's namespace: equal parts give an equal UUID.
 * The parts are kept apart, so that `['a', 'bc']` and `['ab', 'c']` differ.
 *
 * @category digests
 */
export const nameUuid = (...parts: ReadonlyArray<string>): string => {
  const hash = createHash('sha1').update(namespace).update(JSON.stringify(parts), 'utf8').digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
