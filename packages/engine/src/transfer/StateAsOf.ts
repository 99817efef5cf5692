import { type StreamNames, type TagsState, isRoomId, isTag, isUserId, liveEntry } from '@account-data/domain';
import { type EventStore, isAfter, type Position, type RecordedEvent, Revision, StreamName } from '@account-data/event-store';
import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import { HistoryFailed, StoreError } from '../exceptions.js';
import { foldTagsStream } from '../views/foldStream.js';
import type { TransferRecord } from './TransferRecord.js';

/**
 * Tells which changes make up the state at a position. Mostly the live projection knows; what was changed since is looked
 * up as it was, once for each key (or user, for tags).
 */
export class StateAsOf {
  readonly #store: EventStore;
  readonly #names: StreamNames;
  readonly #projection: Projection;
  readonly #until: Position;
  /** The revision of each key that was changed since, as it was; null where it had no content. */
  readonly #entries = new Map<string, Revision | null>();
  readonly #tags = new Map<string, TagsState>();

  /** The projection has to know the log up to there. */
  constructor(store: EventStore, names: StreamNames, projection: Projection, until: Position) {
    this.#store = store;
    this.#names = names;
    this.#projection = projection;
    this.#until = until;
  }

  /** Whether the change is what its key held then. Asked about changes up to the position only. */
  async holds({ revision }: RecordedEvent, record: TransferRecord): Promise<boolean> {
    if (!hasContent(record)) return false;
    if (record.kind === 'account_data') return (await this.#entryRevision(record)) === revision;
    return (await this.#tagRevision(record)) === revision;
  }

  async #entryRevision({ user_id: userId, room_id: roomId, type }: TransferRecord): Promise<Revision | null> {
    const entry = this.#projection.get(userId, roomId, type);
    if (entry === undefined) return null;
    if (!isAfter(entry.position, this.#until)) return entry.deleted ? null : entry.revision;
    const key = JSON.stringify([userId, roomId, type]);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const then = await this.#projection.getAsOf(userId, roomId, type, { position: this.#until })();
    if (E.isLeft(then)) throw new HistoryFailed(then.left);
    const revision = then.right === undefined || then.right.deleted ? null : then.right.revision;
    this.#entries.set(key, revision);
    return revision;
  }

  async #tagRevision({ user_id: userId, room_id: roomId, type }: TransferRecord): Promise<Revision | undefined> {
    if (roomId === null || !isUserId(userId) || !isRoomId(roomId) || !isTag(type)) return undefined;
    const last = this.#projection.revisionAt(userId, { position: this.#until }, 'tags');
    if (last === 'no-stream') return undefined;
    if (last === this.#projection.heads(userId).tags) return liveEntry(this.#projection.tagsView(userId), roomId, type)?.revision;
    let state = this.#tags.get(userId);
    if (state === undefined) {
      const folded = await foldTagsStream(this.#store, StreamName(this.#names.tags(userId)), { revision: Revision(last) })();
      if (E.isLeft(folded)) throw new StoreError(folded.left);
      state = folded.right;
      this.#tags.set(userId, state);
    }
    return liveEntry(state, roomId, type)?.revision;
  }
}

/** False for what deletes account data or removes a tag. */
export const hasContent = ({ kind, content }: TransferRecord): boolean =>
  content !== null && (kind === 'tag' || Object.keys(content).length > 0);
