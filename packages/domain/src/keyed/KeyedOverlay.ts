import { type Revision, revisionAfter } from '../Revision.js';
import { ChangeJournal, type KeyedChange, lastWithin } from './ChangeJournal.js';
import { type EntryView, type KeyedView, type RecordedRequest } from './KeyedView.js';

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
  readonly #journal: ChangeJournal<Room, Name>;
  readonly #length: number;

  private constructor(
    base: KeyedView<Room, Name>,
    journal: ChangeJournal<Room, Name>,
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
    const journal = last === undefined ? new ChangeJournal<Room, Name>() : last.#journal;
    let head = view.head;
    let bound = view.keyCountBound ?? view.keyCount;
    for (const change of changes) {
      head = revisionAfter(head);
      if (!change.effect.deleted) bound += 1;
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
    return this.#base.keyCount + this.#journal.keysAdded(this.#base, this.#length);
  }

  get contentBytes(): number {
    return this.#base.contentBytes + this.#journal.bytesAdded(this.#base, this.#length);
  }

  entry(roomId: Room, name: Name): EntryView | undefined {
    const versions = this.#journal.entries.get(roomId)?.get(name);
    return (versions && lastWithin(versions, this.#length)) ?? this.#base.entry(roomId, name);
  }

  requestKey(actor: string, key: string): RecordedRequest | undefined {
    const versions = this.#journal.requests.get(actor)?.get(key);
    return (versions && lastWithin(versions, this.#length)) ?? this.#base.requestKey(actor, key);
  }
}
