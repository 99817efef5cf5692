import { actorKey } from '../Actor.js';
import { type Revision, revisionAfter } from '../Revision.js';
import type { JsonObject } from '../json/Json.js';
import { type RequestMetadata, recordedRequest } from './KeyedState.js';
import { type EntryView, type KeyedView, type RecordedRequest, liveEntry } from './KeyedView.js';

/** What an event that follows the head does to a key. */
export interface KeyedChange<Room, Name> {
  readonly roomId: Room;
  readonly name: Name;
  readonly content: JsonObject;
  readonly deleted: boolean;
  readonly metadata: RequestMetadata;
}

/**
 * A view as it will be after more events: decisions go on upon events that are not appended yet. A change costs the
 * same however many came before, and no key of the view below is read.
 *
 * Overlays made one after the other share one journal: each sees it up to its own length, so that an older one goes on
 * answering as it did. Whoever continues from one that is not the last starts a journal of its own.
 */
export class KeyedOverlay<Room, Name> implements KeyedView<Room, Name> {
  readonly erased: boolean;
  readonly head: Revision | 'no-stream';
  readonly keyCountBound: number;
  readonly #base: KeyedView<Room, Name>;
  readonly #journal: Journal<Room, Name>;
  readonly #length: number;
  #keyCount: number | undefined;

  private constructor(
    base: KeyedView<Room, Name>,
    journal: Journal<Room, Name>,
    head: Revision | 'no-stream',
    keyCountBound: number,
  ) {
    this.erased = base.erased;
    this.head = head;
    this.keyCountBound = keyCountBound;
    this.#base = base;
    this.#journal = journal;
    this.#length = journal.length;
  }

  /** The view after changes by events with the revisions that follow its head. */
  static after<Room, Name>(
    view: KeyedView<Room, Name>,
    changes: ReadonlyArray<KeyedChange<Room, Name>>,
  ): KeyedView<Room, Name> {
    if (changes.length === 0) return view;
    const last = KeyedOverlay.#lastOfJournal(view);
    const base = last === undefined ? view : last.#base;
    const journal = last === undefined ? new Journal<Room, Name>() : last.#journal;
    let head = view.head;
    let bound = view.keyCountBound ?? view.keyCount;
    for (const change of changes) {
      head = revisionAfter(head);
      if (!change.deleted) bound += 1;
      journal.add(change, head);
    }
    return new KeyedOverlay<Room, Name>(base, journal, head, bound);
  }

  /** The view, if it is an overlay that nothing continues yet. */
  static #lastOfJournal<Room, Name>(view: KeyedView<Room, Name>): KeyedOverlay<Room, Name> | undefined {
    if (!(view instanceof KeyedOverlay)) return undefined;
    const overlay = view as KeyedOverlay<Room, Name>;
    return overlay.#length === overlay.#journal.length ? overlay : undefined;
  }

  get keyCount(): number {
    this.#keyCount ??= this.#countKeys();
    return this.#keyCount;
  }

  entry(roomId: Room, name: Name): EntryView | undefined {
    const versions = this.#journal.entries.get(roomId)?.get(name);
    return (versions && lastWithin(versions, this.#length)) ?? this.#base.entry(roomId, name);
  }

  requestKey(actor: string, key: string): RecordedRequest | undefined {
    const versions = this.#journal.requests.get(actor)?.get(key);
    return (versions && lastWithin(versions, this.#length)) ?? this.#base.requestKey(actor, key);
  }

  #countKeys(): number {
    let count = this.#base.keyCount;
    for (const [roomId, names] of this.#journal.entries) {
      for (const [name, versions] of names) {
        const entry = lastWithin(versions, this.#length);
        if (entry === undefined) continue;
        const wasLive = liveEntry(this.#base, roomId, name) !== undefined;
        if (wasLive === entry.deleted) count += entry.deleted ? -1 : 1;
      }
    }
    return count;
  }
}

/** A value and the length that the journal had before it. */
interface Version<Value> {
  readonly at: number;
  readonly value: Value;
}

const lastWithin = <Value>(versions: ReadonlyArray<Version<Value>>, length: number): Value | undefined => {
  for (let i = versions.length - 1; i >= 0; i -= 1) {
    const version = versions[i] as Version<Value>;
    if (version.at < length) return version.value;
  }
  return undefined;
};

type Versions<Outer, Inner, Value> = Map<Outer, Map<Inner, Array<Version<Value>>>>;

class Journal<Room, Name> {
  readonly entries: Versions<Room, Name, EntryView> = new Map();
  readonly requests: Versions<string, string, RecordedRequest> = new Map();
  length = 0;

  add(change: KeyedChange<Room, Name>, revision: Revision): void {
    const { roomId, name, content, deleted, metadata } = change;
    push(this.entries, roomId, name, { at: this.length, value: { revision, content, deleted } });
    if (metadata.requestKey !== undefined) {
      const value = recordedRequest(metadata.requestKey, revision);
      push(this.requests, actorKey(metadata.actor), metadata.requestKey.key, { at: this.length, value });
    }
    this.length += 1;
  }
}

const push = <Outer, Inner, Value>(
  table: Versions<Outer, Inner, Value>,
  outer: Outer,
  inner: Inner,
  version: Version<Value>,
): void => {
  let row = table.get(outer);
  if (row === undefined) {
    row = new Map<Inner, Array<Version<Value>>>();
    table.set(outer, row);
  }
  const versions = row.get(inner);
  if (versions === undefined) row.set(inner, [version]);
  else versions.push(version);
};
