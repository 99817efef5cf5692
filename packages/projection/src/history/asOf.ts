import { accountDataEffect } from '@account-data/domain';
import type { EventAddress } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { AccountDataEntry, EntryPlace } from '../AccountDataEntry.js';
import type { HistoryError } from '../errors.js';
import type { AsOf, AsOfPageQuery, StateAsOf } from '../History.js';
import { listKeys } from '../model/lists.js';
import { RowReader } from '../model/RowReader.js';
import { compareKeys, entryKey } from '../records/keys.js';
import { keyHash } from '../records/row.js';
import type { ReadModel } from '../model/ReadModel.js';
import type { Change } from './Change.js';
import { changeOf } from './changeOf.js';
import type { HistorySource } from './HistorySource.js';
import { readPlaces } from './readPlaces.js';
import { rowsUpTo } from './rowsUpTo.js';

/** What the index says of a change that is to be read. */
interface Found extends EventAddress {
  readonly time: number;
  readonly hash: number;
}

interface Selection {
  /** The last row up to the moment; undefined before the first. */
  readonly last: Found | undefined;
  /** The changes that make up the state then, mostly: the last one of each hash, or all of a hash that keys share. */
  readonly found: ReadonlyArray<Found>;
}

/** How many of the keys have each hash: more than one only by accident. */
const countHashes = (keys: ReadonlyArray<{ readonly roomId: string | null; readonly type: string }>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const { roomId, type } of keys) {
    const hash = keyHash(roomId, type);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
};

const select = (
  model: ReadModel,
  userId: string,
  at: AsOf,
  keys: ReadonlyArray<{ readonly roomId: string | null; readonly type: string }>,
  asked: ReadonlySet<number> | undefined,
): Selection => {
  const rows = new RowReader(model, 'data', userId);
  const { last: end, has } = rowsUpTo(rows, at);
  const hashes = countHashes(keys);
  const open = new Set(asked ?? hashes.keys());
  const found: Array<Found> = [];
  const foundAt = (index: number): Found => {
    const { stream, revision, position } = rows.address(index);
    return { stream, revision, position, time: rows.time(index), hash: rows.hash(index) };
  };
  for (let index = end; index >= 0 && open.size > 0; index -= 1) {
    const hash = rows.hash(index);
    if (!open.has(hash) || !has(index)) continue;
    found.push(foundAt(index));
    if (hashes.get(hash) === 1) open.delete(hash);
  }
  return { last: end < 0 ? undefined : foundAt(end), found };
};

const entryOf = ({ revision, id, data }: Change, { position, time }: Found): AccountDataEntry => ({
  userId: data.userId,
  roomId: data.roomId,
  type: data.type,
  content: data.content,
  revision,
  position,
  time,
  eventId: id,
  deleted: accountDataEffect({ data }).deleted,
});

/** Reads what was selected; gives of each key the newest, by the key. */
const readSelected = async (
  source: HistorySource,
  userId: string,
  found: ReadonlyArray<Found>,
): Promise<E.Either<HistoryError, ReadonlyMap<string, AccountDataEntry>>> => {
  const changes = await readPlaces(source, found, changeOf);
  if (E.isLeft(changes)) return changes;
  const entries = new Map<string, AccountDataEntry>();
  if (source.live().erased.has(userId)) return E.right(entries);
  for (const place of found) {
    const change = changes.right.get(place.position);
    if (change === undefined) continue;
    const key = entryKey(userId, change.data.roomId, change.data.type);
    if (!entries.has(key)) entries.set(key, entryOf(change, place));
  }
  return E.right(entries);
};

/** How many keys are read together at first; then as many as the bytes of those before let expect. */
const firstKeys = 4;
const mostKeys = 500;

/** The keys that a page may hold, in order. */
const keysOf = (all: ReadonlyArray<EntryPlace>, userId: string, { roomId, type, after }: AsOfPageQuery): ReadonlyArray<EntryPlace> => {
  const keyOf = (place: EntryPlace): string => entryKey(userId, place.roomId, place.type);
  const afterKey = after === undefined ? undefined : keyOf(after);
  return all
    .filter((place) => (roomId === undefined || place.roomId === roomId) && (type === undefined || place.type === type))
    .map((place) => ({ place, key: keyOf(place) }))
    .filter(({ key }) => afterKey === undefined || compareKeys(key, afterKey) > 0)
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ place }) => place);
};

/** The entries of those keys, in order, as many as the page's bounds let through. */
const readPage = async (
  source: HistorySource,
  userId: string,
  selection: Selection,
  keys: ReadonlyArray<EntryPlace>,
  { limit = Infinity, maxBytes = Infinity }: AsOfPageQuery,
): Promise<E.Either<HistoryError, Pick<StateAsOf, 'entries' | 'next'>>> => {
  const byHash = new Map<number, Array<Found>>();
  for (const found of selection.found) {
    const same = byHash.get(found.hash);
    if (same === undefined) byHash.set(found.hash, [found]);
    else same.push(found);
  }
  const entries: Array<AccountDataEntry> = [];
  let bytes = 0;
  let size = maxBytes === Infinity ? Infinity : firstKeys;
  for (let start = 0; start < keys.length; ) {
    const part = keys.slice(start, start + size);
    const found = [...new Set(part.map(({ roomId, type }) => keyHash(roomId, type)))].flatMap((hash) => byHash.get(hash) ?? []);
    const read = await readSelected(source, userId, found);
    if (E.isLeft(read)) return read;
    for (const [index, place] of part.entries()) {
      const entry = read.right.get(entryKey(userId, place.roomId, place.type));
      if (entry === undefined || entry.deleted) continue;
      entries.push(entry);
      if (maxBytes !== Infinity) bytes += JSON.stringify(entry.content).length;
      const isLast = start + index === keys.length - 1;
      if ((entries.length >= limit || bytes >= maxBytes) && !isLast) return E.right({ entries, next: place });
    }
    start += part.length;
    if (bytes > 0) size = Math.max(1, Math.min(mostKeys, Math.floor(((maxBytes - bytes) * start) / bytes)));
  }
  return E.right({ entries });
};

/**
 * A user's account data as it was at a moment, or a part of it: only the events that made up the state then are read,
 * found through the index.
 *
 * @category constructors
 */
export const stateAsOf =
  (source: HistorySource) =>
  (userId: string, at: AsOf, query: AsOfPageQuery = {}): TE.TaskEither<HistoryError, StateAsOf> =>
  async () => {
    const model = source.live();
    const all = listKeys(model, userId);
    const keys = keysOf(all, userId, query);
    const selection = select(model, userId, at, all, new Set(keys.map(({ roomId, type }) => keyHash(roomId, type))));
    const page = await readPage(source, userId, selection, keys, query);
    if (E.isLeft(page)) return page;
    const { last } = selection;
    return E.right({
      userId: userId as StateAsOf['userId'],
      revision: last === undefined ? 'no-stream' : last.revision,
      ...(last === undefined ? {} : { position: last.position, time: last.time }),
      ...page.right,
    });
  };

/** One key as it was at a moment, or that it was deleted then; undefined where it had never been set. @category constructors */
export const entryAsOf =
  (source: HistorySource) =>
  (
    userId: string,
    roomId: string | null,
    type: string,
    at: AsOf,
  ): TE.TaskEither<HistoryError, AccountDataEntry | undefined> =>
  async () => {
    const hash = keyHash(roomId, type);
    const keys = listKeys(source.live(), userId).filter((key) => keyHash(key.roomId, key.type) === hash);
    const { found } = select(source.live(), userId, at, keys, new Set(keys.length === 0 ? [] : [hash]));
    return E.map((entries: ReadonlyMap<string, AccountDataEntry>) => entries.get(entryKey(userId, roomId, type)))(await readSelected(source, userId, found));
  };
