import type { JsonObject, KeyEffect, RoomId, Tag, UserId } from '@account-data/domain';
import { Position, Revision } from '@account-data/event-store';
import type { RoomTags } from '../AccountDataEntry.js';
import { contentText, parseFrozen } from './entryRecord.js';
import { rowPosition, rowRevision } from './row.js';

/**
 * What the record of a room's tags holds: contents, and at which revision each was set. In the frame of an entry's
 * record, whose row is that of the last change.
 *
 * @category model
 */
export interface TagsContent {
  readonly tags: { readonly [tag: string]: JsonObject };
  readonly revisions: { readonly [tag: string]: number };
}

/** A room without tags. @category constants */
export const noTags: TagsContent = Object.freeze({ tags: Object.freeze({}), revisions: Object.freeze({}) });

const withTag = (content: TagsContent, tag: string, value: JsonObject, revision: number): TagsContent => ({
  tags: { ...content.tags, [tag]: value },
  revisions: { ...content.revisions, [tag]: revision },
});

const withoutTag = (content: TagsContent, tag: string): TagsContent => {
  if (!Object.hasOwn(content.tags, tag)) return content;
  const keep = <A>(all: { readonly [key: string]: A }): { readonly [key: string]: A } =>
    Object.fromEntries(Object.entries(all).filter(([key]) => key !== tag));
  return { tags: keep(content.tags), revisions: keep(content.revisions) };
};

/** The tags of a room after an event at a revision did this to one of them. @category combinators */
export const tagsAfter = (before: TagsContent, { name, content, deleted }: KeyEffect<RoomId, Tag>, revision: number): TagsContent =>
  deleted ? withoutTag(before, name) : withTag(before, name, content, revision);

/** The tags of a record, with the revision of each. @category destructors */
export const readTagsContent = (record: Buffer, offset: number, end: number): TagsContent => {
  const value: unknown = parseFrozen(contentText(record, offset, end));
  return value as TagsContent;
};

/** The tags of a room that a record holds. @category destructors */
export const readTags = (userId: string, roomId: string, record: Buffer, offset: number, end: number): RoomTags =>
  Object.freeze({
    userId: userId as UserId,
    roomId: roomId as RoomId,
    tags: readTagsContent(record, offset, end).tags,
    revision: Revision(rowRevision(record, offset)),
    position: Position(rowPosition(record, offset)),
  });
