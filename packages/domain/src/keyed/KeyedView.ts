import type { Revision } from '../Revision.js';
import type { JsonObject } from '../json/Json.js';

/** What a key holds. @category model */
export interface EntryView {
  /** The revision of its last change in the user's stream. */
  readonly revision: Revision;
  readonly content: JsonObject;
  /** A deleted key counts as absent, whether a view still knows it or not. */
  readonly deleted: boolean;
}

/** A request whose events the stream has. Its events stand side by side. @category model */
export interface RecordedRequest {
  readonly fingerprint: string;
  readonly firstRevision: Revision;
  readonly count: number;
}

/**
 * What one of a user's streams comes to, up to `head`, as decisions need it. It is answered by a folded state, or
 * lazily by a projection; decisions on both are the same.
 *
 * @category model
 */
export interface KeyedView<Room, Name> {
  /** The user was erased; the rest does not matter then. */
  readonly erased: boolean;
  readonly head: Revision | 'no-stream';
  /** How many keys are not deleted. */
  readonly keyCount: number;
  /** A number that `keyCount` does not exceed, for views that know one sooner than the exact count. */
  readonly keyCountBound?: number;
  /** The bytes of all contents that are not deleted, as JSON text in UTF-8. Ask only where the number of keys allows a lot. */
  readonly contentBytes: number;
  readonly entry: (roomId: Room, name: Name) => EntryView | undefined;
  /** The request with this key of this actor (see `actorKey`), if it is among those still remembered. */
  readonly requestKey: (actorKey: string, key: string) => RecordedRequest | undefined;
}

/** What a key holds, undefined where it was never set or was deleted. */
export const liveEntry = <Room, Name>(view: KeyedView<Room, Name>, room: Room, name: Name): EntryView | undefined => {
  const entry = view.entry(room, name);
  return entry === undefined || entry.deleted ? undefined : entry;
};
