import { type StreamNames, type UserId, decodeStored } from '@account-data/domain';
import { type EventStore, isAfter, isUpTo, type ReadFrom, type RecordedEvent, type Revision, StreamName } from '@account-data/event-store';
import type { Projection } from '@account-data/projection';
import type { Turns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { ErasedUsers } from '../erasure/ErasedUsers.js';
import { StoreError } from '../exceptions.js';
import { streamPages } from '../views/foldStream.js';
import { StateAsOf, hasContent } from './StateAsOf.js';
import type { TransferLine, TransferRecord } from './TransferRecord.js';

/** What an export has. @category model */
export interface ExportOptions {
  /** Absent: all users. */
  readonly userId?: UserId;
  /** Default true; false: only what is current. */
  readonly history?: boolean;
  readonly signal?: AbortSignal;
}

/** What an export reads. */
export interface ExportSource {
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly projection: Projection;
  readonly logId: string;
  readonly erased: ErasedUsers;
  readonly turns: Turns;
}

const pageSize = 1_000;

/** How much is read ahead of a reader, who may be slow. */
const pageBytes = 64 * 1024;

/** What a row read counts for among the work of a turn, in bytes. */
const rowBytes = 1_024;

/**
 * All changes up to now as lines of an export, in the order of the log (of one user: account data first, then tags).
 * Erased users are left out. It reads as fast as it is taken from, a page at a time. Without history it is the state as
 * reads showed it when the export began, whatever is changed meanwhile.
 *
 * @throws StoreError where the store fails; HistoryFailed where it fails while the state of a key then is looked up
 */
export async function* exportLog(source: ExportSource, options: ExportOptions = {}): AsyncGenerator<TransferLine, void, void> {
  const history = options.history ?? true;
  const { userId } = options;
  yield {
    format: 'account-data-export',
    version: 1,
    log_id: source.logId,
    history,
    ...(userId === undefined ? {} : { user_id: userId }),
  };
  let records = 0;
  for await (const record of userId === undefined ? wholeLog(source, history) : ofUser(source, userId, history)) {
    if (options.signal?.aborted === true) return;
    records += 1;
    yield record;
  }
  yield { end: true, records };
}

async function* wholeLog(source: ExportSource, history: boolean): AsyncGenerator<TransferRecord, void, void> {
  const { store, names, projection, erased, turns } = source;
  const head = await store.head()();
  if (E.isLeft(head)) throw new StoreError(head.left);
  // What is current is asked of the projection: the state is the one that it knows now.
  const until = history ? head.right : projection.position();
  if (until === 'start') return;
  const state = new StateAsOf(store, names, projection, until);
  let after: ReadFrom = 'start';
  const prefixes = [names.accountDataPrefix, names.tagsPrefix];
  for (;;) {
    await turns.next();
    const slice = await store.readAll({ after, prefixes, limit: pageSize, maxBytes: pageBytes })();
    turns.spend(pageBytes);
    if (E.isLeft(slice)) throw new StoreError(slice.left);
    if (slice.right.events.length > 0) await erased.refresh();
    for (const event of slice.right.events) {
      if (isAfter(event.position, until)) return;
      const record = recordOf(event);
      if (record === undefined || isErased(source, record.user_id)) continue;
      if (history || ((await state.holds(event, record)) && !isErased(source, record.user_id))) yield record;
    }
    after = slice.right.next;
    if (slice.right.isEnd || isUpTo(until, after)) return;
  }
}

async function* ofUser(source: ExportSource, userId: UserId, history: boolean): AsyncGenerator<TransferRecord, void, void> {
  const { names } = source;
  const [data, tags] = [StreamName(names.accountData(userId)), StreamName(names.tags(userId))];
  const heads = await headsAtOnce(source.store, data, tags);
  for (const [stream, head] of [[data, heads.data], [tags, heads.tags]] as const) {
    if (head === 'no-stream') continue;
    if (history) for await (const { record } of recordsOf(source, userId, stream, head)) yield record;
    else yield* newest(source, userId, stream, head);
  }
}

/** The records of a stream of a user up to a revision, a page at a time. It ends where the user is erased. */
async function* recordsOf(
  source: ExportSource,
  userId: UserId,
  stream: StreamName,
  head: Revision,
): AsyncGenerator<{ readonly record: TransferRecord; readonly revision: Revision }, void, void> {
  const { store, erased, turns } = source;
  for await (const page of streamPages(store, stream, { upTo: head, maxBytes: pageBytes })) {
    if (E.isLeft(page)) throw new StoreError(page.left);
    await erased.refresh();
    if (page.right === 'tombstoned') return;
    turns.spend(page.right.length * rowBytes);
    await turns.next();
    for (const event of page.right) {
      // It may be long ago that the page was read.
      if (isErased(source, userId)) return;
      const record = recordOf(event);
      if (record !== undefined) yield { record, revision: event.revision };
    }
  }
}

/** Of each key the last record up to a revision, where it has content: the stream is read twice, and only keys are kept. */
async function* newest(
  source: ExportSource,
  userId: UserId,
  stream: StreamName,
  head: Revision,
): AsyncGenerator<TransferRecord, void, void> {
  const keyOf = ({ room_id: roomId, type }: TransferRecord): string => JSON.stringify([roomId, type]);
  const last = new Map<string, Revision>();
  for await (const { record, revision } of recordsOf(source, userId, stream, head)) last.set(keyOf(record), revision);
  for await (const { record, revision } of recordsOf(source, userId, stream, head)) {
    if (last.get(keyOf(record)) === revision && hasContent(record)) yield record;
  }
}

/** Reads show an erasure before it is answered; the log may have told of one that they do not show yet. */
const isErased = ({ erased, projection }: ExportSource, userId: string): boolean => erased.has(userId) || projection.erased(userId);

type Head = Revision | 'no-stream';

/** Where both streams of a user ended at one moment: the tags' end is the same before and after the other one was read. */
const headsAtOnce = async (
  store: EventStore,
  data: StreamName,
  tags: StreamName,
): Promise<{ readonly data: Head; readonly tags: Head }> => {
  for (let before = await headOf(store, tags); ; ) {
    const head = await headOf(store, data);
    const after = await headOf(store, tags);
    if (before === after) return { data: head, tags: after };
    before = after;
  }
};

const headOf = async (store: EventStore, stream: StreamName): Promise<Head> => {
  const slice = await store.read(stream, { direction: 'backwards', limit: 1 })();
  if (E.isLeft(slice)) throw new StoreError(slice.left);
  return slice.right._tag === 'Events' ? (slice.right.events[0]?.revision ?? 'no-stream') : 'no-stream';
};

const recordOf = (event: RecordedEvent): TransferRecord | undefined => {
  const decoded = decodeStored(event);
  if (E.isLeft(decoded)) return undefined;
  const { event: change, metadata } = decoded.right;
  if (change.type === 'LogCreated' || change.type === 'LogEpochBegan' || change.type === 'UserErased') return undefined;
  const { source } = metadata;
  // A row of another database may have come more than once: there the change is known by its event here.
  const known = source?.version === undefined ? source : undefined;
  const restored = metadata.restoredRevision ?? source?.restoredRevision;
  const common = {
    user_id: change.data.userId,
    room_id: change.data.roomId,
    source_id: known?.id ?? event.id,
    ...(known === undefined ? {} : { source_log: known.logId }),
    time: metadata.originalTime ?? event.created,
    actor: metadata.actor,
    correlation_id: metadata.$correlationId,
    origin: source?.origin ?? metadata.origin,
    ...(metadata.reason === undefined ? {} : { reason: metadata.reason }),
    ...(metadata.$causationId === undefined ? {} : { causation_id: metadata.$causationId }),
    ...(restored === undefined ? {} : { restored_revision: restored }),
  };
  switch (change.type) {
    case 'AccountDataUpdated':
      return { kind: 'account_data', type: change.data.type, content: change.data.content, ...common };
    case 'RoomTagSet':
      return { kind: 'tag', type: change.data.tag, content: change.data.content, ...common };
    case 'RoomTagRemoved':
      return { kind: 'tag', type: change.data.tag, content: null, ...common };
  }
};
