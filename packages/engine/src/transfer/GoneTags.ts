import { type RoomTagRemoved, type StreamNames, decodeEvent } from '@account-data/domain';
import type { EventStore, ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import type { IncomingRecord } from './readTransferLine.js';

const pageSize = 1_000;

/** The version of a row that its source has no more. */
const gone = 'gone';

/**
 * Finds the tags that an earlier import from a source brought, and that the source, which names all it has, has no more.
 * A tag that was set or removed here since is left as it is.
 */
export class GoneTags {
  readonly #source: string;
  readonly #kept = new Set<string>();

  constructor(source: string) {
    this.#source = source;
  }

  /** The source has this row still. */
  keep(sourceId: string): void {
    this.#kept.add(sourceId);
  }

  /**
   * The removals, as records of the source. It reads all tag events of the log.
   *
   * @throws StoreError where the store fails
   */
  async removals(store: EventStore, names: StreamNames): Promise<ReadonlyArray<IncomingRecord>> {
    const found = new Map<string, IncomingRecord>();
    for (let after: ReadFrom = 'start'; ; ) {
      const slice = await store.readAll({ after, prefixes: [names.tagsPrefix], limit: pageSize })();
      if (E.isLeft(slice)) throw new StoreError(slice.left);
      for (const { type, data, metadata } of slice.right.events) {
        const decoded = decodeEvent(type, data, metadata);
        if (E.isLeft(decoded)) continue;
        const { event } = decoded.right;
        if (event.type !== 'RoomTagSet' && event.type !== 'RoomTagRemoved') continue;
        const { userId, roomId, tag } = event.data;
        const key = JSON.stringify([userId, roomId, tag]);
        const { source } = decoded.right.metadata;
        if (event.type === 'RoomTagSet' && source?.logId === this.#source && !this.#kept.has(source.id)) {
          found.set(key, this.#removal({ type: 'RoomTagRemoved', data: { userId, roomId, tag } }, source.id));
        } else found.delete(key);
      }
      after = slice.right.next;
      if (slice.right.isEnd) return [...found.values()];
    }
  }

  #removal(event: RoomTagRemoved, sourceId: string): IncomingRecord {
    return {
      event,
      sourceId,
      sourceLog: this.#source,
      sourceVersion: gone,
      origin: undefined,
      restoredRevision: undefined,
      time: undefined,
      actor: { kind: 'user', id: event.data.userId },
      reason: undefined,
      correlationId: undefined,
      causationId: undefined,
    };
  }
}
