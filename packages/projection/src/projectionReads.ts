import { Revision } from '@account-data/event-store';
import { activityOf } from './model/activity.js';
import { currentContentText, currentEntry, currentTags } from './model/current.js';
import { listEntries, listTags } from './model/lists.js';
import { entriesPage, tagsPage } from './model/pages.js';
import type { ReadModel } from './model/ReadModel.js';
import { RowReader, rowAt } from './model/RowReader.js';
import type { StreamKind } from './model/StreamState.js';
import { usersPage } from './model/users.js';
import { tagsView, userView } from './model/views.js';
import type { ProjectionReads } from './Projection.js';

const headOf = (model: ReadModel, kind: StreamKind, userId: string): Revision | 'no-stream' => {
  if (model.erased.has(userId)) return 'no-stream';
  const head = (kind === 'data' ? model.data : model.tags).head(userId);
  return head < 0 ? 'no-stream' : Revision(head);
};

/** Whose stream it is, and which. @category destructors */
export const ownerOf = (
  model: ReadModel,
  stream: string,
): { readonly kind: StreamKind; readonly userId: string } | undefined => {
  const { accountDataPrefix, tagsPrefix } = model.names;
  if (stream.startsWith(accountDataPrefix)) return { kind: 'data', userId: stream.slice(accountDataPrefix.length) };
  if (stream.startsWith(tagsPrefix)) return { kind: 'tags', userId: stream.slice(tagsPrefix.length) };
  return undefined;
};

/**
 * The revision of the last folded event of a user's stream, or of the erasures' stream; -1 where there is none, or the
 * user was erased.
 *
 * @category destructors
 */
export const streamHead = (model: ReadModel, stream: string): number => {
  if (stream === model.names.erasures) return model.erasures;
  const owner = ownerOf(model, stream);
  if (owner === undefined || model.erased.has(owner.userId)) return -1;
  return (owner.kind === 'data' ? model.data : model.tags).head(owner.userId);
};

/** The reads of the current state, on whatever model is the live one when they are asked. @category constructors */
export const projectionReads = (live: () => ReadModel): ProjectionReads => ({
  get: (userId, roomId, type) => currentEntry(live(), userId, roomId, type),
  getContentText: (userId, roomId, type) => currentContentText(live(), userId, roomId, type),
  entries: (userId, filter = {}) => listEntries(live(), userId, filter),
  entriesPage: (userId, query) => entriesPage(live(), userId, query),
  tagsPage: (userId, query) => tagsPage(live(), userId, query),
  tags: (userId, roomId) => currentTags(live(), userId, roomId),
  allTags: (userId, filter = {}) => listTags(live(), userId, filter.changedAfter ?? 'start'),
  heads: (userId) => ({ accountData: headOf(live(), 'data', userId), tags: headOf(live(), 'tags', userId) }),
  users: (query = {}) => usersPage(live(), query),
  activity: (userId, query = {}) => activityOf(live(), userId, query),
  view: (userId) => userView(live(), userId),
  tagsView: (userId) => tagsView(live(), userId),
  requestKey: (userId, actor, key) => userView(live(), userId).requestKey(actor, key),
  erased: (userId) => live().erased.has(userId),
  locate: (stream, revision) => {
    const owner = ownerOf(live(), stream);
    return owner === undefined ? undefined : rowAt(live(), owner.kind, owner.userId, Number(revision));
  },
  revisionAt: (userId, at, stream = 'data') => {
    const rows = new RowReader(live(), stream, userId);
    const index = 'position' in at ? rows.last('position', Number(at.position)) : rows.last('time', at.time);
    return index < 0 ? 'no-stream' : Revision(rows.revision(index));
  },
});
