import type { RoomId } from '@account-data/domain';
import { Position, type Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RoomTags } from '../AccountDataEntry.js';
import type { HistoryError } from '../errors.js';
import type { AsOf, TagsAsOf } from '../History.js';
import { listTags } from '../model/lists.js';
import type { ReadModel } from '../model/ReadModel.js';
import { RowReader } from '../model/RowReader.js';
import { compareKeys } from '../records/keys.js';
import { noTags, tagsAfter, type TagsContent } from '../records/tagsRecord.js';
import type { HistorySource } from './HistorySource.js';
import { readPlaces } from './readPlaces.js';
import { rowsUpTo } from './rowsUpTo.js';
import { tagChangeOf } from './tagChangeOf.js';

/** The rows of the tag stream up to a moment; a revision is one of account data, and stands for its position. */
const tagRowsUpTo = (model: ReadModel, userId: string, rows: RowReader, at: AsOf): ReadonlyArray<number> => {
  const upTo = ({ last, has }: ReturnType<typeof rowsUpTo>): ReadonlyArray<number> =>
    Array.from({ length: last + 1 }, (_, index) => index).filter(has);
  if (!('revision' in at)) return upTo(rowsUpTo(rows, at));
  const data = new RowReader(model, 'data', userId);
  const { last } = rowsUpTo(data, at);
  return last < 0 ? [] : upTo(rowsUpTo(rows, { position: Position(data.position(last)) }));
};

interface Room {
  readonly content: TagsContent;
  readonly revision: Revision;
  readonly position: Position;
}

const hasTags = ({ tags }: Pick<RoomTags, 'tags'>): boolean => Object.keys(tags).length > 0;

/**
 * A user's room tags as they were at a moment: their stream is folded up to it, which is short; what is current is not
 * read anew.
 *
 * @category constructors
 */
export const tagsAsOf =
  (source: HistorySource) =>
  (userId: string, at: AsOf): TE.TaskEither<HistoryError, TagsAsOf> =>
  async () => {
    const model = source.live();
    const tagsOf = (rooms: ReadonlyArray<RoomTags>): TagsAsOf => ({ userId: userId as TagsAsOf['userId'], rooms: rooms.filter(hasTags) });
    const rows = new RowReader(model, 'tags', userId);
    const indexes = tagRowsUpTo(model, userId, rows, at);
    if (indexes.length === rows.count) return E.right(tagsOf(listTags(model, userId, 'start')));
    const places = indexes.map((index) => rows.address(index));
    const changes = await readPlaces(source, places, tagChangeOf);
    if (E.isLeft(changes)) return changes;
    const rooms = new Map<RoomId, Room>();
    for (const { revision, position } of places) {
      const change = changes.right.get(position);
      if (change === undefined) continue;
      const { effect } = change;
      const before = rooms.get(effect.roomId)?.content ?? noTags;
      rooms.set(effect.roomId, { content: tagsAfter(before, effect, Number(revision)), revision, position });
    }
    if (source.live().erased.has(userId)) return E.right(tagsOf([]));
    return E.right(
      tagsOf(
        [...rooms]
          .sort(([a], [b]) => compareKeys(a, b))
          .map(([roomId, { content, revision, position }]) => ({
            userId: userId as TagsAsOf['userId'],
            roomId,
            tags: content.tags,
            revision,
            position,
          })),
      ),
    );
  };
