import { type EventMetadata, type Origin, type SourceMetadata, type StreamNames, encodeEvent, isEventMetadata, schemaVersionOf } from '@account-data/domain';
import {
  type ActualRevision,
  type AppendError,
  batchBytes,
  type EventStore,
  isAfter,
  maxBatchBytes,
  plus,
  type Position,
  type ProposedEvent,
  type RecordedEvent,
  type Revision,
  StreamName,
} from '@account-data/event-store';
import { nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { AskedChange } from '../commands/AskedChange.js';
import { StoreError } from '../exceptions.js';
import { streamPages } from '../views/foldStream.js';
import type { IncomingRecord } from './readTransferLine.js';

/** What becomes of records. */
export interface ImportCounts {
  /** Appended now; in a dry run, what would be. */
  imported: number;
  /** In the log already, from an earlier import. */
  known: number;
  /** Left out, because the user was erased here. */
  erased: number;
}

/** Where records go, and how. */
export interface ImportTarget {
  readonly store: EventStore;
  readonly names: StreamNames;
  /** Of the log that is imported into: its own records, coming back, are known by the ids of their events. */
  readonly logId: string;
  /** What is said of how the changes came here. */
  readonly origin: Extract<Origin, 'import' | 'synapse'>;
  /** Whether modules are called for what is imported. */
  readonly callbacks: boolean;
  /** Whether it only counts what would be appended. */
  readonly dryRun: boolean;
}

/** What the last import of a source's row brought, and how often it was imported. */
interface ImportedVersion {
  readonly version: string;
  readonly count: number;
}

interface StreamMemory {
  readonly ids: Set<string>;
  /** Of rows that the source names and not their changes. */
  readonly versions: Map<string, ImportedVersion>;
  head: ActualRevision;
}

const rememberedStreams = 512;
const maxEventsPerAppend = 500;

/**
 * Appends records to the streams of their users, in their order. The id of each event is made of the source and the
 * record's id there, so that a record is in the log once, however often it is imported; a stream is read once for that.
 * What was made in this very log has the id of its event. A row of a source that names rows, and not their changes, is
 * imported whenever it holds something else than the import before brought.
 */
export class RecordImporter {
  readonly #target: ImportTarget;
  readonly #source: string;
  readonly #memories = new Map<string, StreamMemory | 'tombstoned'>();
  /** By event id: what was asked for here and is being appended. */
  readonly #asked = new Map<string, AskedChange>();
  readonly counts: ImportCounts = { imported: 0, known: 0, erased: 0 };
  /** Of the last event appended so far, where the store told. */
  lastPosition: Position | undefined;

  constructor(target: ImportTarget, source: string) {
    this.#target = target;
    this.#source = source;
  }

  /** @throws StoreError where the store fails; what was imported so far stays, and importing again goes on after it */
  async import(records: ReadonlyArray<IncomingRecord>): Promise<void> {
    const byStream = new Map<string, Array<IncomingRecord>>();
    for (const record of records) {
      const { userId } = record.event.data;
      const { names } = this.#target;
      const stream = record.event.type === 'AccountDataUpdated' ? names.accountData(userId) : names.tags(userId);
      const ofStream = byStream.get(stream);
      if (ofStream === undefined) byStream.set(stream, [record]);
      else ofStream.push(record);
    }
    await Promise.all([...byStream].map(([stream, ofStream]) => this.#append(StreamName(stream), ofStream)));
  }

  async #append(stream: StreamName, records: ReadonlyArray<IncomingRecord>): Promise<void> {
    for (;;) {
      const memory = await this.#recall(stream);
      if (memory === 'tombstoned') {
        this.counts.erased += records.length;
        return;
      }
      const fresh = this.#fresh(records, memory);
      const conflict = await this.#appendInParts(stream, fresh, memory);
      if (conflict === undefined) {
        this.counts.known += records.length - fresh.length;
        return;
      }
      this.#memories.delete(stream);
      if (conflict._tag !== 'RevisionConflict' && conflict._tag !== 'StreamTombstoned') throw new StoreError(conflict);
    }
  }

  /** The events of those records that the stream does not have yet. */
  #fresh(records: ReadonlyArray<IncomingRecord>, memory: StreamMemory): ReadonlyArray<ProposedEvent> {
    const fresh: Array<ProposedEvent> = [];
    const versions = new Map<string, ImportedVersion>();
    const ids = new Set<string>();
    for (const record of records) {
      const logId = record.sourceLog ?? this.#source;
      const { sourceId, sourceVersion: version } = record;
      if (logId === this.#target.logId && memory.ids.has(sourceId)) continue;
      let id = nameUuid('import', logId, sourceId);
      if (version !== undefined) {
        const row = rowKey(logId, sourceId);
        const last = versions.get(row) ?? memory.versions.get(row);
        if (last?.version === version) continue;
        const count = (last?.count ?? 0) + 1;
        versions.set(row, { version, count });
        id = nameUuid('import', logId, sourceId, version, String(count));
      }
      if (memory.ids.has(id) || ids.has(id)) continue;
      ids.add(id);
      fresh.push(this.#proposed(record, id, logId));
    }
    return fresh;
  }

  async #appendInParts(
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    memory: StreamMemory,
  ): Promise<AppendError | undefined> {
    for (let start = 0; start < events.length; ) {
      let end = start;
      let bytes = 0;
      while (end < events.length && end - start < maxEventsPerAppend) {
        const size = batchBytes(events.slice(end, end + 1));
        if (end > start && bytes + size > maxBatchBytes) break;
        bytes += size;
        end += 1;
      }
      const part = events.slice(start, end);
      const failure = this.#target.dryRun ? undefined : await this.#appendPart(stream, part, memory);
      if (failure !== undefined) return failure;
      for (const event of part) remember(memory, event);
      this.counts.imported += part.length;
      start = end;
    }
    return undefined;
  }

  async #appendPart(stream: StreamName, part: ReadonlyArray<ProposedEvent>, memory: StreamMemory): Promise<AppendError | undefined> {
    const appended = await this.#target.store.append(stream, part, memory.head)();
    if (E.isLeft(appended)) return appended.left;
    memory.head = appended.right.revision;
    if (this.#asked.size > 0) this.#tellAsked(part, memory.head);
    const { position } = appended.right;
    if (position !== undefined && (this.lastPosition === undefined || isAfter(position, this.lastPosition))) this.lastPosition = position;
    return undefined;
  }

  #tellAsked(part: ReadonlyArray<ProposedEvent>, head: Revision): void {
    part.forEach(({ id }, index) => {
      this.#asked.get(id)?.onAppended(plus(head, index + 1 - part.length));
      this.#asked.delete(id);
    });
  }

  /** What a stream holds already. The least recently asked for are forgotten and read again if need be. */
  async #recall(stream: StreamName): Promise<StreamMemory | 'tombstoned'> {
    let memory = this.#memories.get(stream);
    if (memory === undefined) {
      memory = await memoryOf(this.#target.store, stream);
    } else this.#memories.delete(stream);
    this.#memories.set(stream, memory);
    if (this.#memories.size > rememberedStreams) {
      const oldest = this.#memories.keys().next();
      if (oldest.done !== true) this.#memories.delete(oldest.value);
    }
    return memory;
  }

  #proposed(record: IncomingRecord, id: string, logId: string): ProposedEvent {
    const source: SourceMetadata = {
      logId,
      id: record.sourceId,
      ...(record.sourceVersion === undefined ? {} : { version: record.sourceVersion }),
      ...(record.origin === undefined ? {} : { origin: record.origin }),
      ...(record.restoredRevision === undefined ? {} : { restoredRevision: record.restoredRevision }),
    };
    const { answers } = record;
    if (answers !== undefined) this.#asked.set(id, answers.asked);
    const metadata: EventMetadata = {
      schemaVersion: schemaVersionOf(record.event.type),
      actor: record.actor,
      $correlationId: record.correlationId ?? id,
      ...(record.reason === undefined ? {} : { reason: record.reason }),
      ...(record.causationId === undefined ? {} : { $causationId: record.causationId }),
      ...(answers?.isCertain === true ? answers.asked.metadata : {}),
      origin: this.#target.origin,
      source,
      ...(record.time === undefined ? {} : { originalTime: record.time }),
      ...(record.callbacks ?? this.#target.callbacks ? {} : { callbacks: false }),
    };
    return { id, ...encodeEvent(record.event, metadata) };
  }
}

const rowKey = (logId: string, id: string): string => JSON.stringify([logId, id]);

const memoryOf = async (store: EventStore, stream: StreamName): Promise<StreamMemory | 'tombstoned'> => {
  const memory: StreamMemory = { ids: new Set(), versions: new Map(), head: 'no-stream' };
  for await (const page of streamPages(store, stream)) {
    if (E.isLeft(page)) throw new StoreError(page.left);
    if (page.right === 'tombstoned') return 'tombstoned';
    for (const event of page.right) {
      remember(memory, event);
      memory.head = event.revision;
    }
  }
  return memory;
};

const remember = (memory: StreamMemory, { id, metadata }: Pick<RecordedEvent, 'id' | 'metadata'>): void => {
  memory.ids.add(id);
  if (!isEventMetadata(metadata) || metadata.source?.version === undefined) return;
  const { logId, id: row, version } = metadata.source;
  const key = rowKey(logId, row);
  memory.versions.set(key, { version, count: (memory.versions.get(key)?.count ?? 0) + 1 });
};
