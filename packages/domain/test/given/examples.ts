import * as E from 'fp-ts/lib/Either.js';
import {
  AccountDataType,
  type EventMetadata,
  type JsonObject,
  RoomId,
  Tag,
  UserId,
  defaultLimits,
} from '@account-data/domain';

const orThrow = <A>(decoded: E.Either<unknown, A>): A => {
  if (E.isLeft(decoded)) throw new TypeError('An example in the tests is not what it says.');
  return decoded.right;
};

export const userId = (text: string): UserId => orThrow(UserId.decode(text));
export const roomId = (text: string): RoomId => orThrow(RoomId.decode(text));
export const accountDataType = (text: string): AccountDataType => orThrow(AccountDataType.decode(text));
export const tag = (text: string): Tag => orThrow(Tag.decode(text));

export const alice = userId('@alice:example.org');
export const bob = userId('@bob:example.org');
export const kitchen = roomId('!kitchen:example.org');
export const garden = roomId('!garden:example.org');
export const theme = accountDataType('org.example.theme');
export const direct = accountDataType('m.direct');
export const favourite = tag('m.favourite');
export const work = tag('u.work');

export const dark: JsonObject = { theme: 'dark' };
export const light: JsonObject = { theme: 'light' };

export const metadata: EventMetadata = {
  schemaVersion: 1,
  actor: { kind: 'user', id: '@alice:example.org' },
  $correlationId: '6f1f4f3e-0000-4000-8000-000000000001',
  origin: 'api',
};

export const usualContext = { limits: defaultLimits, suppressUnchanged: false } as const;
