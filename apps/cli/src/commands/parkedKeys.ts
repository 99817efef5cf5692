import type { AccountDataClient, HistoryEntry, ParkedDelivery } from '@account-data/client';
import { isUserId } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import { changeAt } from './bringBack.js';

/** A delivery that was put aside, with the key that was changed; absent where the log tells no more, as of a user who was erased. @category model */
export interface KeyedDelivery extends ParkedDelivery {
  readonly key?: Pick<HistoryEntry, 'userId' | 'roomId' | 'type'>;
}

/** So many changes are looked up at once. */
const atOnce = 16;

/** Whose stream it is: its name ends with the user ID, which begins with the first `@`. */
const userOf = (stream: string): string | undefined => {
  const user = stream.slice(Math.max(0, stream.indexOf('@')));
  return isUserId(user) ? user : undefined;
};

const withKey = async (client: AccountDataClient, delivery: ParkedDelivery): Promise<KeyedDelivery> => {
  const userId = userOf(delivery.stream);
  if (userId === undefined) return delivery;
  const change = await changeAt(client, userId, delivery.revision)();
  // That is said beside the delivery; where it can't be, the delivery is as it is.
  return E.isLeft(change) ? delivery : { ...delivery, key: { userId: change.right.userId, roomId: change.right.roomId, type: change.right.type } };
};

/** Looks up in the history which key each delivery is about. */
export const withKeys = async (client: AccountDataClient, parked: ReadonlyArray<ParkedDelivery>): Promise<ReadonlyArray<KeyedDelivery>> => {
  const keyed: Array<KeyedDelivery> = [];
  for (let index = 0; index < parked.length; index += atOnce) keyed.push(...(await Promise.all(parked.slice(index, index + atOnce).map((delivery) => withKey(client, delivery)))));
  return keyed;
};
