import type { RoomTags } from '@account-data/client';

/** What became of a tag of a room; null where the room did not have it. @category model */
export interface TagChange {
  readonly roomId: string;
  readonly tag: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The tags that differ between two moments, ordered by room and tag. */
export const tagChanges = (before: ReadonlyArray<RoomTags>, after: ReadonlyArray<RoomTags>): ReadonlyArray<TagChange> => {
  const [was, is] = [byRoom(before), byRoom(after)];
  const rooms = [...new Set([...was.keys(), ...is.keys()])].sort();
  return rooms.flatMap((roomId) => {
    const [old, now] = [was.get(roomId) ?? new Map<string, unknown>(), is.get(roomId) ?? new Map<string, unknown>()];
    return [...new Set([...old.keys(), ...now.keys()])]
      .sort()
      .map((tag) => ({ roomId, tag, before: old.get(tag) ?? null, after: now.get(tag) ?? null }))
      .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
  });
};

/** Maps, as tags have any names. */
const byRoom = (rooms: ReadonlyArray<RoomTags>): ReadonlyMap<string, ReadonlyMap<string, unknown>> =>
  new Map(rooms.map(({ roomId, tags }) => [roomId, new Map<string, unknown>(Object.entries(tags))]));
