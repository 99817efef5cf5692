import { type StreamNames, type UserId, decodeEvent, isRoomId, isTag, isUserId, liveEntry } from '@account-data/domain';
import { type EventStore, type PositionedEvent, type ReadFrom, type RecordedEvent, StreamName } from '@account-data/event-store';
import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import { readWholeStream } from '../views/foldStream.js';
import type { TransferLine, TransferRecord } from './TransferRecord.js';

/** @category model */
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
}

const pageSize = 1_000;

/**
 * All changes up to now as lines of an export, in the order of the log (of one user: account data first, then tags).
 * Erased users are left out. It reads as fast as it is taken from.
 *
 * @throws StoreError where the store fails
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
  const events = userId === undefined ? wholeLog(source) : userStreams(source, userId);
  let records = 0;
  for await (const event of events) {
    if (options.signal?.aborted === true) return;
    const record = recordOf(event);
    if (record === undefined || source.projection.erased(record.user_id)) continue;
    if (!history && !isCurrent(source, event, record)) continue;
    records += 1;
    yield record;
  }
  yield { end: true, records };
}

async function* wholeLog({ store, names }: ExportSource): AsyncGenerator<PositionedEvent, void, void> {
  const head = await store.head()();
  if (E.isLeft(head)) throw new StoreError(head.left);
  const until = head.right;
  if (until === 'start') return;
  let after: ReadFrom = 'start';
  const prefixes = [names.accountDataPrefix, names.tagsPrefix];
  for (;;) {
    const slice = await store.readAll({ after, prefixes, limit: pageSize })();
    if (E.isLeft(slice)) throw new StoreError(slice.left);
    for (const event of slice.right.events) {
      if (event.position > until) return;
      yield event;
    }
    after = slice.right.next;
    if (slice.right.isEnd || (after !== 'start' && after >= until)) return;
  }
}

async function* userStreams({ store, names }: ExportSource, userId: UserId): AsyncGenerator<RecordedEvent, void, void> {
  for (const stream of [names.accountData(userId), names.tags(userId)]) {
    const events = await readWholeStream(store, StreamName(stream))();
    if (E.isLeft(events)) throw new StoreError(events.left);
    if (events.right !== 'tombstoned') yield* events.right;
  }
}

/** Whether the change is what its key holds now. */
const isCurrent = ({ projection }: ExportSource, event: RecordedEvent, record: TransferRecord): boolean => {
  if (record.kind === 'account_data') {
    const entry = projection.get(record.user_id, record.room_id, record.type);
    return entry !== undefined && !entry.deleted && entry.revision === event.revision;
  }
  const { user_id: userId, room_id: roomId, type, content } = record;
  if (content === null || roomId === null || !isUserId(userId) || !isRoomId(roomId) || !isTag(type)) return false;
  return liveEntry(projection.tagsView(userId), roomId, type)?.revision === event.revision;
};

const recordOf = (event: RecordedEvent): TransferRecord | undefined => {
  const decoded = decodeEvent(event.type, event.data, event.metadata);
  if (E.isLeft(decoded)) return undefined;
  const { event: change, metadata } = decoded.right;
  if (change.type === 'LogCreated' || change.type === 'UserErased') return undefined;
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
