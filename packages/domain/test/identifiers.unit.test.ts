import { isIPv6 } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AccountDataType,
  RoomId,
  Tag,
  UserId,
  fitsUtf8,
  isAccountDataType,
  isRoomId,
  isServerName,
  isTag,
  isUserId,
  isWellFormed,
  serverNameOf,
  utf8Length,
} from '@account-data/domain';
import {
  arbitraryAccountDataType,
  arbitraryRoomId,
  arbitraryServerName,
  arbitraryTag,
  arbitraryUserId,
} from '@account-data/domain/testing';

/** Code units of any kind, lone surrogates among them. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('@', '!', ':', '.', '-', '[', ']', 'a', 'Z', '1', '255', '256', '\0', '\ud83d', '\ude00', 'é', '€', '💩', ' '),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 24,
});

/** What the specification says, in its own words as far as they are regular. */
const naiveServerName = (text: string): boolean => {
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z.-]{1,255}))(?::\d{1,5})?$/.exec(text);
  if (match === null || /[\n\r]/.test(text)) return false;
  if (match[1] !== undefined) return isIPv6(match[1]);
  const quad = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(match[2] ?? '');
  return quad === null || quad.slice(1).every((group) => group.length <= 3 && Number(group) <= 255);
};

const naiveUserId = (text: string): boolean => {
  const match = /^@([^:\0]*):(.*)$/su.exec(text);
  return match !== null && Buffer.byteLength(text) <= 255 && text.isWellFormed() && naiveServerName(match[2] ?? '');
};

const naiveRoomId = (text: string): boolean => {
  const match = /^!([^:\0]+)(?::(.*))?$/su.exec(text);
  return (
    match !== null &&
    Buffer.byteLength(text) <= 255 &&
    text.isWellFormed() &&
    (match[2] === undefined || naiveServerName(match[2]))
  );
};

describe('a server name', () => {
  it.each([
    'matrix.org',
    'matrix.org:8888',
    '1.2.3.4',
    '1.2.3.4:1234',
    '[1234:5678::abcd]',
    '[1234:5678::abcd]:5678',
    '[::]',
    '[::ffff:1.2.3.4]',
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:1.2.3.4]',
    'localhost',
    'MATRIX.org',
    '1.2.3',
    'a'.repeat(255),
  ])('may be %s', (text) => {
    expect(isServerName(text)).toBe(true);
  });

  it.each([
    '',
    ':8448',
    'matrix.org:',
    'matrix.org:123456',
    'matrix.org:84a8',
    'matrix.org:1:2',
    '1.2.3.256',
    '1.2.3.1000',
    'mätrix.org',
    'under_score.org',
    'matrix.org ',
    'matrix.org\n',
    '[1234:5678::abcd',
    '1234:5678::abcd',
    '[]',
    '[:]',
    '[:::]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[::1:2:3:4:5:6:7:8]',
    '[12345::]',
    '[::1.2.3.256]',
    '[1.2.3.4::]',
    '[fe80::1%eth0]',
    '[::1]x',
    '[::1]:',
    'a'.repeat(256),
  ])('may not be %j', (text) => {
    expect(isServerName(text)).toBe(false);
  });

  it('is what the specification says', () => {
    fc.assert(fc.property(fc.oneof(anyText, arbitraryServerName), (text) => isServerName(text) === naiveServerName(text)));
    const address = fc.string({ unit: fc.constantFrom(':', '::', '.', '1', '255', 'abcd', '0', 'F', '12345'), maxLength: 12 });
    fc.assert(
      fc.property(address, (text) => isServerName(`[${text}]`) === isIPv6(text)),
      { numRuns: 2_000 },
    );
  });
});

describe('a user ID', () => {
  it.each([
    '@alice:example.org',
    '@alice:example.org:8448',
    '@alice:[::1]:8448',
    '@a.b_c=d-e/f+g:example.org',
    '@UPPER:example.org',
    '@:example.org',
    '@ü ☕💩\n:example.org',
    '@__proto__:example.org',
    `@${'a'.repeat(242)}:example.org`,
    `@${'é'.repeat(121)}:example.org`,
    `@${'€'.repeat(80)}ab:example.org`,
    `@${'💩'.repeat(60)}ab:example.org`,
  ])('may be %j', (text) => {
    expect(isUserId(text)).toBe(true);
  });

  it.each([
    '',
    '@',
    '@alice',
    'alice:example.org',
    '!alice:example.org',
    '@alice:',
    '@alice:exa mple.org',
    '@al:ice:example.org',
    '@al\0ice:example.org',
    '@al\ud83dice:example.org',
    '@al\ude00\ud83dice:example.org',
    `@${'a'.repeat(243)}:example.org`,
    `@${'é'.repeat(122)}:example.org`,
    `@${'€'.repeat(80)}abc:example.org`,
    `@${'💩'.repeat(60)}abc:example.org`,
  ])('may not be %j', (text) => {
    expect(isUserId(text)).toBe(false);
  });

  it('is what the specification says', () => {
    const near = fc.tuple(anyText, anyText).map(([localpart, server]) => `@${localpart}:${server}`);
    fc.assert(
      fc.property(fc.oneof(anyText, near, anyText.map((text) => `@${text}:a.b`), arbitraryUserId), (text) => isUserId(text) === naiveUserId(text)),
      { numRuns: 1_000 },
    );
  });

  it('names its server after its first colon', () => {
    fc.assert(
      fc.property(arbitraryUserId, (userId) => {
        const server = serverNameOf(userId);
        expect(isServerName(server)).toBe(true);
        expect(userId.endsWith(`:${server}`)).toBe(true);
        expect(userId.slice(0, -server.length - 1)).not.toContain(':');
      }),
    );
  });
});

describe('a room ID', () => {
  it.each([
    '!abc:example.org',
    '!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM',
    '!a b💩:example.org',
    '!abc:[::1]:1',
    `!${'a'.repeat(254)}`,
  ])('may be %j', (text) => {
    expect(isRoomId(text)).toBe(true);
  });

  it.each([
    '',
    '!',
    '!:example.org',
    '!abc:',
    '!abc:exa mple',
    '#abc:example.org',
    '@abc:example.org',
    '!a\0b:example.org',
    '!a\0b',
    '!\udc00',
    `!${'a'.repeat(255)}`,
    `!${'é'.repeat(128)}`,
  ])('may not be %j', (text) => {
    expect(isRoomId(text)).toBe(false);
  });

  it('is what the specification says', () => {
    const near = fc.oneof(
      anyText.map((text) => `!${text}`),
      fc.tuple(anyText, anyText).map(([opaque, server]) => `!${opaque}:${server}`),
    );
    fc.assert(fc.property(fc.oneof(anyText, near, arbitraryRoomId), (text) => isRoomId(text) === naiveRoomId(text)), {
      numRuns: 1_000,
    });
  });
});

describe.each([
  ['a type', isAccountDataType, arbitraryAccountDataType],
  ['a tag', isTag, arbitraryTag],
] as const)('%s', (_name, is, arbitrary) => {
  it.each(['m.direct', ' ', '%2F', 'a/b', '__proto__', 'constructor', '💩', '\n', 'x'.repeat(255), 'é'.repeat(127)])(
    'may be %j',
    (text) => {
      expect(is(text)).toBe(true);
    },
  );

  it.each(['', 'a\0b', '\ud83d', 'x'.repeat(256), 'é'.repeat(128)])('may not be %j', (text) => {
    expect(is(text)).toBe(false);
  });

  it('is 1 to 255 bytes of UTF-8 without NUL', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, arbitrary), (text) => {
        const bytes = Buffer.from(text);
        expect(is(text)).toBe(
          bytes.length >= 1 && bytes.length <= 255 && !text.includes('\0') && bytes.toString() === text,
        );
      }),
    );
  });
});

describe('the codecs', () => {
  it.each([
    ['UserId', UserId, arbitraryUserId],
    ['RoomId', RoomId, arbitraryRoomId],
    ['AccountDataType', AccountDataType, arbitraryAccountDataType],
    ['Tag', Tag, arbitraryTag],
  ] as const)('%s decodes what it encodes, and refuses the rest', (_name, codec, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (id) => {
        expect(codec.decode(codec.encode(id as never))).toStrictEqual(E.right(id));
      }),
    );
    for (const other of [undefined, null, 1, {}, [], '', 'a\0']) expect(E.isLeft(codec.decode(other))).toBe(true);
  });
});

describe('sizes in UTF-8', () => {
  it('are those of the bytes', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, limit) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
        expect(fitsUtf8(text, limit)).toBe(Buffer.byteLength(text) <= limit);
        expect(isWellFormed(text)).toBe(Buffer.from(text).toString() === text);
      }),
      { numRuns: 1_000 },
    );
  });
});
