import { type EventMetadata, type StreamNames, encodeEvent, schemaVersionOf } from '@account-data/domain';
import {
  type ActualRevision,
  type AppendError,
  type EventStore,
  type Position,
  type ProposedEvent,
  Revision,
  StreamName,
  batchBytes,
  maxBatchBytes,
} from '@account-data/event-store';
import { nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import { readWholeStream } from '../views/foldStream.js';
import type { IncomingRecord } from './readTransferLine.js';

/** What becomes of records. */
export interface ImportCounts {
  /** Appended now. */
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
  /** Whether modules are called for what is imported. */
  readonly callbacks: boolean;
}

interface StreamMemory {
  readonly ids: Set<string>;
  head: ActualRevision;
}

const rememberedStreams = 512;
const maxEventsPerAppend = 500;

/**
 * Appends records to the streams of their users, in their order. The id of each event is made of the source and the
 * record's id there, so that a record is in the log once, however often it is imported; a stream is read once for that.
 */
export class RecordImporter {
  readonly #target: ImportTarget;
  readonly #source: string;
  readonly #memories = new Map<string, StreamMemory | 'tombstoned'>();
  readonly counts: ImportCounts = { imported: 0, known: 0, erased: 0 };
  /** Of the last event appended so far, where the store told. */
  lastPosition: Position | undefined;

  constructor(target: ImportTarget, source: string) {
    this.#target = target;
    this.#source = source;
  }

  /** @throws StoreError where the store fails; what was imported so far stays, and importing again goes on after it */
  async import(records: ReadonlyArray<IncomingRecord>): Promise<void> {
    const byStream = new Map<string, Array<ProposedEvent>>();
    for (const record of records) {
      const { userId } = record.event.data;
      const { names } = this.#target;
      const stream = record.event.type === 'AccountDataUpdated' ? names.accountData(userId) : names.tags(userId);
      const events = byStream.get(stream);
      const event = this.#proposed(record);
      if (events === undefined) byStream.set(stream, [event]);
      else events.push(event);
    }
    await Promise.all([...byStream].map(([stream, events]) => this.#append(StreamName(stream), events)));
  }

  async #append(stream: StreamName, events: ReadonlyArray<ProposedEvent>): Promise<void> {
    for (;;) {
      const memory = await this.#recall(stream);
      if (memory === 'tombstoned') {
        this.counts.erased += events.length;
        return;
      }
      const fresh = events.filter(({ id }) => !memory.ids.has(id));
      const conflict = await this.#appendInParts(stream, fresh, memory);
      if (conflict === undefined) {
        this.counts.known += events.length - fresh.length;
        return;
      }
      this.#memories.delete(stream);
      if (conflict._tag !== 'RevisionConflict' && conflict._tag !== 'StreamTombstoned') throw new StoreError(conflict);
    }
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
      const appended = await this.#target.store.append(stream, part, memory.head)();
      if (E.isLeft(appended)) return appended.left;
      memory.head = appended.right.revision;
      const { position } = appended.right;
      if (position !== undefined && position > (this.lastPosition ?? -1n)) this.lastPosition = position;
      for (const { id } of part) memory.ids.add(id);
      this.counts.imported += part.length;
      start = end;
    }
    return undefined;
  }

  /** What a stream holds already. The least recently asked for are forgotten and read again if need be. */
  async #recall(stream: StreamName): Promise<StreamMemory | 'tombstoned'> {
    let memory = this.#memories.get(stream);
    if (memory === undefined) {
      const events = await readWholeStream(this.#target.store, stream)();
      if (E.isLeft(events)) throw new StoreError(events.left);
      memory =
        events.right === 'tombstoned'
          ? 'tombstoned'
          : {
              ids: new Set(events.right.map(({ id }) => id)),
              head: events.right.length === 0 ? 'no-stream' : Revision(events.right.at(-1)?.revision ?? 0n),
            };
    } else this.#memories.delete(stream);
    this.#memories.set(stream, memory);
    if (this.#memories.size > rememberedStreams) {
      const oldest = this.#memories.keys().next();
      if (oldest.done !== true) this.#memories.delete(oldest.value);
    }
    return memory;
  }

  #proposed(record: IncomingRecord): ProposedEvent {
    const id = nameUuid('import', this.#source, record.sourceId);
    const metadata: EventMetadata = {
      schemaVersion: schemaVersionOf(record.event.type),
      actor: record.actor,
      $correlationId: record.correlationId ?? id,
      origin: 'import',
      ...(record.reason === undefined ? {} : { reason: record.reason }),
      ...(record.causationId === undefined ? {} : { $causationId: record.causationId }),
      ...(record.time === undefined ? {} : { originalTime: record.time }),
      ...(this.#target.callbacks ? {} : { callbacks: false }),
    };
    return { id, ...encodeEvent(record.event, metadata) };
  }
}
