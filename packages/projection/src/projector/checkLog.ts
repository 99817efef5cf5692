import { Revision, StreamName, type EventStore, type ReadError, type ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { logBlockAt } from '../model/LogIndex.js';
import type { ReadModel } from '../model/ReadModel.js';
import { rowAt } from '../model/RowReader.js';
import type { CheckModel } from './openModel.js';

/**
 * Whether the log still has what the model was folded from, told by the last change in its index: an older copy of the
 * log that took its place has not, or has another event there. Gives why not; undefined where nothing speaks against it.
 */
export const checkLog = async (
  model: ReadModel,
  store: EventStore,
  head: ReadFrom,
): Promise<E.Either<ReadError, string | undefined>> => {
  const last = logBlockAt(model.storage, Number.MAX_SAFE_INTEGER)?.block;
  const position = last?.positions.at(-1);
  const user = last?.users[last.user.at(-1) ?? 0];
  const revision = last?.revisions.at(-1);
  if (position === undefined || user === undefined || revision === undefined) return E.right(undefined);
  const end = head === 'start' ? -1 : Number(head);
  const why = 'an older copy of the log, or another one, took its place';
  if (position > end) return E.right(`it has a change at position ${position}, but the log ends at ${end}: ${why}`);
  const place = rowAt(model, 'data', user, revision);
  const stream = StreamName(model.names.accountDataPrefix + user);
  const slice = await store.read(stream, { from: Revision(revision), limit: 1 })();
  if (E.isLeft(slice)) return slice;
  // Without the stream nothing can be told: it may be tombstoned by an erasure that is still to be read.
  if (slice.right._tag !== 'Events') return E.right(undefined);
  const event = slice.right.events[0];
  return event?.revision === String(revision) && event.id === place?.eventId
    ? E.right(undefined)
    : E.right(`the log has another event than it at revision ${revision} of ${stream}: ${why}`);
};

/** The same as a check of a model that was just opened. Where the log can't be read now, that says nothing. */
export const checkOf =
  (store: EventStore, head: ReadFrom): CheckModel =>
  async (model) => {
    const checked = await checkLog(model, store, head);
    return E.isLeft(checked) ? undefined : checked.right;
  };
