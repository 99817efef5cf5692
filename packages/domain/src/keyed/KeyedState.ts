import { actorKey } from '../Actor.js';
import type { EventMetadata } from '../EventMetadata.js';
import { plus } from '../Decimal.js';
import type { Revision } from '../Revision.js';
import { contentBytes } from './contentBytes.js';
import { type KeyEffect, liveKeysAdded } from './KeyEffect.js';
import type { EntryView, KeyedView, RecordedRequest } from './KeyedView.js';

type Table<Outer, Inner, Value> = ReadonlyMap<Outer, ReadonlyMap<Inner, Value>>;

/**
 * The whole state that a stream folds to. It never changes: `KeyedDraft` makes the next one.
 *
 * @category model
 */
export class KeyedState<Room, Name> implements KeyedView<Room, Name> {
  readonly erased: boolean;
  readonly head: Revision | 'no-stream';
  readonly keyCount: number;
  /** Deleted keys are kept, as what they are. */
  readonly entries: Table<Room, Name, EntryView>;
  /** By actor and key. */
  readonly requests: Table<string, string, RecordedRequest>;
  #contentBytes: number | undefined;

  constructor(
    erased: boolean,
    head: Revision | 'no-stream',
    keyCount: number,
    entries: Table<Room, Name, EntryView>,
    requests: Table<string, string, RecordedRequest>,
  ) {
    this.erased = erased;
    this.head = head;
    this.keyCount = keyCount;
    this.entries = entries;
    this.requests = requests;
  }

  static empty<Room, Name>(): KeyedState<Room, Name> {
    return new KeyedState<Room, Name>(false, 'no-stream', 0, new Map(), new Map());
  }

  get contentBytes(): number {
    if (this.#contentBytes === undefined) {
      let bytes = 0;
      for (const row of this.entries.values()) for (const entry of row.values()) bytes += contentBytes(entry);
      this.#contentBytes = bytes;
    }
    return this.#contentBytes;
  }

  entry(roomId: Room, name: Name): EntryView | undefined {
    return this.entries.get(roomId)?.get(name);
  }

  requestKey(actor: string, key: string): RecordedRequest | undefined {
    return this.requests.get(actor)?.get(key);
  }
}

/**
 * Makes the next state from one. It copies only what changes, once, and then changes its own copies in place: that
 * makes a fold of n events take n steps. Use one draft for one fold, within one function.
 */
export class KeyedDraft<Room, Name> {
  #erased: boolean;
  #head: Revision | 'no-stream';
  #keyCount: number;
  readonly #entries: NestedDraft<Room, Name, EntryView>;
  readonly #requests: NestedDraft<string, string, RecordedRequest>;

  constructor(state: KeyedState<Room, Name>) {
    this.#erased = state.erased;
    this.#head = state.head;
    this.#keyCount = state.keyCount;
    this.#entries = new NestedDraft(state.entries);
    this.#requests = new NestedDraft(state.requests);
  }

  /** An event at a revision did this to a key. */
  put({ roomId, name, content, deleted }: KeyEffect<Room, Name>, revision: Revision): void {
    const before = this.#entries.get(roomId, name);
    this.#keyCount += liveKeysAdded(before !== undefined && !before.deleted, deleted);
    this.#entries.set(roomId, name, { revision, content, deleted });
  }

  /** The stream has an event at this revision. */
  advance(revision: Revision, metadata: RequestMetadata): void {
    this.#head = revision;
    const { requestKey } = metadata;
    if (requestKey === undefined) return;
    this.#requests.set(actorKey(metadata.actor), requestKey.key, recordedRequest(requestKey, revision));
  }

  erase(): void {
    this.#erased = true;
    this.#keyCount = 0;
    this.#entries.clear();
    this.#requests.clear();
  }

  done(): KeyedState<Room, Name> {
    return new KeyedState(this.#erased, this.#head, this.#keyCount, this.#entries.done(), this.#requests.done());
  }
}

/** What of an event's metadata the state depends on. @category model */
export type RequestMetadata = Pick<EventMetadata, 'actor' | 'requestKey'>;

/** What an event at a revision says of the request it belongs to. */
export const recordedRequest = (
  requestKey: Exclude<EventMetadata['requestKey'], undefined>,
  revision: Revision,
): RecordedRequest => ({
  fingerprint: requestKey.fingerprint,
  firstRevision: plus(revision, -requestKey.index),
  count: requestKey.count,
});

/** A map of maps that copies on its first write, each inner map on its own. */
class NestedDraft<Outer, Inner, Value> {
  #table: Table<Outer, Inner, Value>;
  #copy: Map<Outer, ReadonlyMap<Inner, Value>> | undefined;
  #owned = new Map<Outer, Map<Inner, Value>>();

  constructor(table: Table<Outer, Inner, Value>) {
    this.#table = table;
  }

  get(outer: Outer, inner: Inner): Value | undefined {
    return this.#table.get(outer)?.get(inner);
  }

  set(outer: Outer, inner: Inner, value: Value): void {
    let own = this.#owned.get(outer);
    if (own === undefined) {
      own = new Map(this.#table.get(outer));
      this.#owned.set(outer, own);
      this.#copy ??= new Map(this.#table);
      this.#copy.set(outer, own);
      this.#table = this.#copy;
    }
    own.set(inner, value);
  }

  clear(): void {
    this.#table = this.#copy = new Map();
    this.#owned = new Map();
  }

  done(): Table<Outer, Inner, Value> {
    return this.#table;
  }
}
