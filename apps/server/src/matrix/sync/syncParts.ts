import { type JsonObject, type UserId, isTagsType } from '@account-data/domain';
import { isBefore, type ReadFrom } from '@account-data/event-store';
import type { EntryPlace, Projection, RoomTags } from '@account-data/projection';
import type { Turns } from '@account-data/runtime';
import { listParts } from '../../http/jsonParts.js';
import type { SyncFilter } from './SyncFilter.js';

interface ClientEvent {
  readonly type: string;
  readonly content: JsonObject;
}

/** What a sync reads, and for whom. @category model */
export interface SyncSource {
  readonly projection: Projection;
  readonly turns: Turns;
  readonly userId: UserId;
  /** Undefined: everything that has content; else what changed after it, one event for a key however often it changed. */
  readonly since: ReadFrom | undefined;
  readonly filter: SyncFilter;
}

/** An event of a sync: global where there is no room. A deleted key has the content `{}`. @category model */
export interface SyncEvent extends ClientEvent {
  readonly roomId: string | null;
}

/** How much is read at a time, in bytes. */
const pageBytes = 64 * 1024;

/** What a page counts for among the work of a turn, besides what is written of it. */
const pageCost = 32 * 1024;

async function* entries({ projection, turns, userId, since, filter }: SyncSource): AsyncGenerator<SyncEvent, void, void> {
  const changed = since === undefined ? {} : { changedAfter: since, includeDeleted: true };
  for (let after: EntryPlace | undefined; ; ) {
    await turns.next();
    const page = projection.entriesPage(userId, { ...changed, maxBytes: pageBytes, ...(after === undefined ? {} : { after }) });
    turns.spend(pageCost);
    for (const { roomId, type, content } of page.entries) {
      // Logs may hold some from earlier imports: tags are the one source of it.
      if (isTagsType(roomId, type)) continue;
      const wanted = roomId === null ? filter.wantsGlobal(type) : filter.wantsRoom(roomId) && filter.wantsOfRoom(type);
      if (wanted) yield { roomId, type, content };
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** A room's tags, where they are to be told: as one event with the whole map. Source: the Matrix API, "Room Tagging". */
const tagEvent = ({ tags, position, roomId }: RoomTags, { since, filter }: SyncSource): SyncEvent | undefined => {
  if (!filter.wantsRoom(roomId) || !filter.wantsOfRoom('m.tag')) return undefined;
  const isNews = since === undefined ? Object.keys(tags).length > 0 : isBefore(since, position);
  return isNews ? { roomId, type: 'm.tag', content: { tags } } : undefined;
};

async function* tagsOfRooms(source: SyncSource, isTold: (roomId: string) => boolean): AsyncGenerator<SyncEvent, void, void> {
  const { projection, turns, userId, since } = source;
  for (let after: string | undefined; ; ) {
    await turns.next();
    const page = projection.tagsPage(userId, {
      maxBytes: pageBytes,
      ...(since === undefined ? {} : { changedAfter: since }),
      ...(after === undefined ? {} : { after }),
    });
    turns.spend(pageCost);
    for (const tags of page.rooms) {
      const event = isTold(tags.roomId) ? undefined : tagEvent(tags, source);
      if (event !== undefined) yield event;
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

/**
 * What a sync tells: global data, then room by room, each with its tags last; rooms that have nothing but tags come at the
 * end. It is read as it is taken: what changes meanwhile may be told already, and is told again after the position at which
 * this began. Source: the Matrix client-server API, "Syncing" and "Client Config".
 */
export async function* syncEvents(source: SyncSource): AsyncGenerator<SyncEvent, void, void> {
  const { projection, userId } = source;
  const told = new Set<string>();
  let room: string | null = null;
  const tagsOf = (roomId: string | null): SyncEvent | undefined => {
    const tags = roomId === null ? undefined : projection.tags(userId, roomId);
    return tags === undefined ? undefined : tagEvent(tags, source);
  };
  for await (const event of entries(source)) {
    if (event.roomId !== room) {
      const last = tagsOf(room);
      if (last !== undefined) yield last;
      room = event.roomId;
      if (room !== null) told.add(room);
    }
    yield event;
  }
  const last = tagsOf(room);
  if (last !== undefined) yield last;
  yield* tagsOfRooms(source, (roomId) => told.has(roomId));
}

/** The rooms a sync tells of, each once. */
export async function* syncRooms(source: SyncSource): AsyncGenerator<string, void, void> {
  let room: string | null = null;
  for await (const { roomId } of syncEvents(source)) {
    if (roomId !== null && roomId !== room) yield roomId;
    room = roomId;
  }
}

/** The first event, with all of them; undefined where there is none. */
export const startOf = async (events: AsyncGenerator<SyncEvent, void, void>): Promise<AsyncIterable<SyncEvent> | undefined> => {
  const first = await events.next();
  if (first.done === true) return undefined;
  return (async function* all(): AsyncGenerator<SyncEvent, void, void> {
    yield first.value;
    yield* events;
  })();
};

const none: ReadonlyArray<never> = [];

/** No event. */
export const nothing = (): AsyncIterable<SyncEvent> => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) });

/** What a joined room is told with after its account data. Parts that are always empty are there for clients that expect them. */
const restOfRoom = (nextBatch: string): string =>
  JSON.stringify({
    ephemeral: { events: none },
    state: { events: none },
    timeline: { events: none, limited: false, prev_batch: nextBatch },
    summary: {},
    unread_notifications: { highlight_count: 0, notification_count: 0 },
  }).slice(1, -1);

/** The answer of a sync as JSON text, part by part. */
export async function* syncParts(events: AsyncIterable<SyncEvent>, nextBatch: string): AsyncGenerator<string, void, void> {
  const iterator = events[Symbol.asyncIterator]();
  let next = await iterator.next();
  const ofRoom = async function* of(roomId: string | null): AsyncGenerator<ClientEvent, void, void> {
    while (next.done !== true && next.value.roomId === roomId) {
      const { type, content } = next.value;
      yield { type, content };
      next = await iterator.next();
    }
  };
  yield `{"next_batch":${JSON.stringify(nextBatch)},"account_data":{"events":`;
  yield* listParts(ofRoom(null));
  yield '},"device_lists":{"changed":[],"left":[]},"device_one_time_keys_count":{},"presence":{"events":[]},"rooms":{"join":';
  let separator = '{';
  while (next.done !== true) {
    const { roomId } = next.value;
    if (roomId === null) throw new Error('A sync tells global data before that of rooms.');
    yield `${separator}${JSON.stringify(roomId)}:{"account_data":{"events":`;
    yield* listParts(ofRoom(roomId));
    yield `},${restOfRoom(nextBatch)}}`;
    separator = ',';
  }
  yield `${separator === '{' ? '{}' : '}'},"invite":{},"knock":{},"leave":{}},"to_device":{"events":[]}}`;
}

