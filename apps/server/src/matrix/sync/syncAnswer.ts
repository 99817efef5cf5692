import { type JsonObject, type UserId, isTagsType } from '@account-data/domain';
import type { ReadFrom } from '@account-data/event-store';
import type { Projection } from '@account-data/projection';
import type { SyncFilter } from './SyncFilter.js';

interface ClientEvent {
  readonly type: string;
  readonly content: JsonObject;
}

/** What of a user's account data and tags a sync tells. @category model */
export interface SyncChanges {
  readonly global: ReadonlyArray<ClientEvent>;
  readonly rooms: ReadonlyMap<string, ReadonlyArray<ClientEvent>>;
}

/**
 * Everything that has content (`since` undefined), or what changed after a position: one event for a key however often
 * it changed, `{}` for a deleted one, and a room's tags as one `m.tag` event with the whole map. Account data under that
 * type, which logs may hold from earlier imports, is not told: tags are the one source of it.
 * Source: the Matrix client-server API, "Syncing", "Client Config" and "Room Tagging".
 */
export const syncChanges = (
  projection: Projection,
  userId: UserId,
  since: ReadFrom | undefined,
  filter: SyncFilter,
): SyncChanges => {
  const global: Array<ClientEvent> = [];
  const rooms = new Map<string, Array<ClientEvent>>();
  const addToRoom = (roomId: string, type: string, content: JsonObject): void => {
    if (!filter.wantsRoom(roomId) || !filter.wantsOfRoom(type)) return;
    const events = rooms.get(roomId);
    if (events === undefined) rooms.set(roomId, [{ type, content }]);
    else events.push({ type, content });
  };
  const changed = since === undefined ? {} : { changedAfter: since, includeDeleted: true };
  for (const { roomId, type, content } of projection.entries(userId, changed)) {
    if (isTagsType(roomId, type)) continue;
    if (roomId !== null) addToRoom(roomId, type, content);
    else if (filter.wantsGlobal(type)) global.push({ type, content });
  }
  for (const { roomId, tags } of projection.allTags(userId, since === undefined ? {} : { changedAfter: since })) {
    if (since === undefined && Object.keys(tags).length === 0) continue;
    addToRoom(roomId, 'm.tag', { tags });
  }
  return { global, rooms };
};

/** @category predicates */
export const isNothing = ({ global, rooms }: SyncChanges): boolean => global.length === 0 && rooms.size === 0;

const none: ReadonlyArray<never> = [];

/** The body of the answer. Parts that are always empty here are there for clients that expect them. */
export const syncBody = (changes: SyncChanges, nextBatch: string): string => {
  const join: Record<string, unknown> = {};
  for (const [roomId, events] of changes.rooms) {
    join[roomId] = {
      account_data: { events },
      ephemeral: { events: none },
      state: { events: none },
      timeline: { events: none, limited: false, prev_batch: nextBatch },
      summary: {},
      unread_notifications: { highlight_count: 0, notification_count: 0 },
    };
  }
  return JSON.stringify({
    next_batch: nextBatch,
    account_data: { events: changes.global },
    device_lists: { changed: none, left: none },
    device_one_time_keys_count: {},
    presence: { events: none },
    rooms: { join, invite: {}, knock: {}, leave: {} },
    to_device: { events: none },
  });
};
