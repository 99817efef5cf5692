import { hash } from 'node:crypto';

/** The SHA-256 of the UTF-8 of a text, in lower-case hexadecimal. @category digests */
export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** The namespace of the name-based UUIDs of this project (random, fixed forever). */
const namespace = Buffer.from('6f0c1c9be9a34d0c8f2f3f0f6f3f9b1e', 'hex');

/**
 * A name-based (version 5, RFC 9562) UUID in this project's namespace: equal parts give an equal UUID.
 * The parts are kept apart, so that `['a', 'bc']` and `['ab', 'c']` differ.
 *
 * @category digests
 */
export const nameUuid = (...parts: ReadonlyArray<string>): string => {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(JSON.stringify(parts), 'utf8')]), 'hex');
  // Of the digit at 16, the two upper bits tell the variant; the digit at 12 is the version.
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3] ?? '';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
