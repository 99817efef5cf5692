import * as fc from 'fast-check';
import { type AccountDataType, isAccountDataType } from '../AccountDataType.js';
import { type RoomId, isRoomId } from '../RoomId.js';
import { type Tag, isTag } from '../Tag.js';
import { type UserId, isUserId } from '../UserId.js';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

const textOf = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength, maxLength });

/** Any Unicode, with an inclination to what has a meaning somewhere. */
const awkwardText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.constantFrom('_', '/', '%', '.', '-', '\n', '\u{1f600}', '\u{feff}', 'é', '\u202e', '\\', '"', "'", '\u007f'),
    ),
    maxLength,
  });

/** Names that objects have by themselves. */
const inheritedNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'then'] as const;

/** Names and addresses of servers, with and without a port. @category generators */
export const arbitraryServerName: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.array(textOf(letters + digits, 1, 8), { minLength: 1, maxLength: 3 }).map((labels) => `x${labels.join('.')}`) },
      { weight: 1, arbitrary: fc.ipV4() },
      { weight: 1, arbitrary: fc.ipV6().map((address) => `[${address}]`) },
    ),
    fc.option(fc.nat(65_535), { nil: undefined, freq: 2 }),
  )
  .map(([host, port]) => (port === undefined ? host : `${host}:${String(port)}`));

/** User IDs of today's grammar and historical ones. @category generators */
export const arbitraryUserId: fc.Arbitrary<UserId> = fc
  .tuple(
    fc.oneof(textOf(`${letters}${digits}._=-/+`, 1, 12), fc.constantFrom(...inheritedNames), awkwardText(8)),
    arbitraryServerName,
  )
  .map(([localpart, server]) => `@${localpart}:${server}`)
  .filter(isUserId);

/** Room IDs with and without server names. @category generators */
export const arbitraryRoomId: fc.Arbitrary<RoomId> = fc
  .oneof(
    fc
      .tuple(fc.oneof(textOf(letters + letters.toUpperCase() + digits, 1, 18), awkwardText(8)), arbitraryServerName)
      .map(([opaque, server]) => `!${opaque}:${server}`),
    textOf(`${letters}${letters.toUpperCase()}${digits}-_`, 43, 43).map((hash) => `!${hash}`),
  )
  .filter(isRoomId);

/** Null, for global account data, now and then. @category generators */
export const arbitraryRoomIdOrNull: fc.Arbitrary<RoomId | null> = fc.option(arbitraryRoomId, { nil: null, freq: 2 });

const arbitraryName = fc.oneof(
  textOf(`${letters}${digits}._-`, 1, 20).map((name) => `org.example.${name}`),
  fc.constantFrom('m.direct', 'm.ignored_user_list', 'm.favourite', 'u.work', '%2F', 'a/b', ' ', 'x'.repeat(255)),
  fc.constantFrom(...inheritedNames),
  awkwardText(12),
);

/** Types that a client may set: the protected ones are not among them. @category generators */
export const arbitraryAccountDataType: fc.Arbitrary<AccountDataType> = arbitraryName
  .filter(isAccountDataType)
  .filter((type) => type !== 'm.fully_read' && type !== 'm.push_rules' && type !== 'm.tag');

/** Tags of any text that is valid. @category generators */
export const arbitraryTag: fc.Arbitrary<Tag> = arbitraryName.filter(isTag);
