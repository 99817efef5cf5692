import type { AccountDataClient, Content, FeedItem } from '@account-data/client';

/** What a user has, by room and type. */
export type Followed = ReadonlyMap<string, { readonly roomId: string | null; readonly type: string; readonly content: Content }>;

/**
 * What a user has, and again with each change, until the signal is aborted. Nothing is missed between the first reading and the
 * feed, which begins where the reading began; what the reading had already comes once more, and ends the same.
 */
export async function* follow(client: AccountDataClient, userId: string, signal: AbortSignal): AsyncGenerator<Followed> {
  await client.state(userId, { limit: 1, signal });
  const after = client.position();
  const followed = new Map<string, { roomId: string | null; type: string; content: Content }>();
  for await (const { roomId, type, content } of client.entries(userId, { signal })) followed.set(key(roomId, type), { roomId, type, content });
  yield followed;
  for await (const item of client.feed({ userId, signal, ...(after === undefined ? {} : { after }) })) {
    if (apply(followed, item)) yield followed;
  }
}

/** Whether the item changed something. */
const apply = (followed: Map<string, { roomId: string | null; type: string; content: Content }>, item: FeedItem): boolean => {
  switch (item._tag) {
    case 'AccountDataUpdated': {
      const { roomId, type, content } = item;
      // `{}` is a deletion.
      if (Object.keys(content).length === 0) followed.delete(key(roomId, type));
      else followed.set(key(roomId, type), { roomId, type, content });
      return true;
    }
    case 'UserErased':
      followed.clear();
      return true;
    case 'RoomTagSet':
    case 'RoomTagRemoved':
    case 'Progress':
    case 'PositionLost':
      return false;
  }
};

const key = (roomId: string | null, type: string): string => JSON.stringify([roomId, type]);
