import { Position, Revision, StreamName, type EventStore, type ReadError, type ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { epochTag } from '../model/LogEpochs.js';
import { logBlockAt } from '../model/LogIndex.js';
import type { ReadModel } from '../model/ReadModel.js';
import type { CheckModel } from './openModel.js';
import { userPrefix } from '../records/keys.js';
import { placeNumber } from '../records/place.js';
import { rowEventId, rowRevision } from '../records/row.js';
import { prefixRange } from '../storage/ProjectionStorage.js';

const why = 'an older copy of the log, or another one, took its place';

/**
 * Whether the log's epochs are those that the model has met: the last one is still there, and the next one comes after what
 * was folded. Where the log went on in another epoch, what was folded after that is of a history that was lost.
 */
const checkEpochs = async (model: ReadModel, store: EventStore): Promise<E.Either<ReadError, string | undefined>> => {
  const { logHead, position, names } = model;
  const stream = StreamName(names.log);
  const last = await store.read(stream, { direction: 'backwards', limit: 1 })();
  if (E.isLeft(last)) return last;
  const lastRevision = last.right._tag === 'Events' ? Number(last.right.events[0]?.revision ?? -1) : -1;
  if (lastRevision < logHead) return E.right(`it has met an epoch that the log does not have: ${why}`);
  if (logHead > 0) {
    const known = await store.read(stream, { from: Revision(logHead), limit: 1 })();
    if (E.isLeft(known)) return known;
    const event = known.right._tag === 'Events' ? known.right.events[0] : undefined;
    if (event === undefined || model.epochs.at(position) !== epochTag(event.id)) {
      return E.right(`it has met another epoch than the log has at revision ${logHead} of ${stream}: ${why}`);
    }
  }
  if (lastRevision === logHead) return E.right(undefined);
  for (let after = Position(position); ; ) {
    const slice = await store.readAll({ after, prefixes: [names.log], limit: 10 })();
    if (E.isLeft(slice)) return slice;
    const next = slice.right.events.find((event) => event.stream === names.log);
    if (next !== undefined && Number(next.revision) === logHead + 1) return E.right(undefined);
    if (next !== undefined || slice.right.isEnd || slice.right.next === 'start') {
      return E.right(`an epoch of the log began at or before position ${position} that it has not met: ${why}`);
    }
    after = slice.right.next;
  }
};

/** The id of the event at a revision where a key holds what it wrote: undefined where a cut-off flush wrote a newer one. */
const eventOf = (model: ReadModel, userId: string, revision: number): string | undefined => {
  let id: string | undefined;
  model.storage.scan('entries', prefixRange(userPrefix(userId)), (_key, record) => {
    if (rowRevision(record, 0) === revision) id = rowEventId(record, 0);
    return id === undefined;
  });
  return id;
};

/**
 * Whether the log still has what the model was folded from, told by the last change in its index: an older copy of the
 * log that took its place has not, or has another event there. Gives why not; undefined where nothing speaks against it.
 */
export const checkLog = async (
  model: ReadModel,
  store: EventStore,
  head: ReadFrom,
): Promise<E.Either<ReadError, string | undefined>> => {
  const end = placeNumber(head);
  if (model.position > end) return E.right(`it has read the log up to position ${model.position}, but that ends at ${end}: ${why}`);
  if (model.position < 0) return E.right(undefined);
  const epochs = await checkEpochs(model, store);
  if (E.isLeft(epochs) || epochs.right !== undefined) return epochs;
  const last = logBlockAt(model.storage, Number.MAX_SAFE_INTEGER)?.block;
  const position = last?.positions.at(-1);
  const user = last?.users[last.user.at(-1) ?? 0];
  const revision = last?.revisions.at(-1);
  if (position === undefined || user === undefined || revision === undefined) return E.right(undefined);
  const written = eventOf(model, user, revision);
  const stream = StreamName(model.names.accountDataPrefix + user);
  const slice = await store.read(stream, { from: Revision(revision), limit: 1 })();
  if (E.isLeft(slice)) return slice;
  // Without the stream nothing can be told: it may be tombstoned by an erasure that is still to be read.
  if (slice.right._tag !== 'Events') return E.right(undefined);
  const event = slice.right.events[0];
  return event?.revision === String(revision) && (written === undefined || event.id === written)
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
