import type { Position, Revision } from '@account-data/domain';
/** What the client answers with. Revisions and positions are decimal text; times are milliseconds since the Unix epoch. */

/** A JSON object. @category model */
export type Content = Readonly<Record<string, unknown>>;

/** @category model */
export interface Actor {
  readonly kind: 'user' | 'service' | 'module' | 'admin';
  readonly id: string;
}

/** The content of one key: of a type, in a room or (null) of the user. @category model */
export interface Entry {
  readonly roomId: string | null;
  readonly type: string;
  readonly content: Content;
  readonly revision: Revision;
  readonly position: Position;
  readonly time: number;
  readonly eventId: string;
  readonly deleted: boolean;
}

/** A page of a user's account data, ordered by room and type. @category model */
export interface StatePage {
  readonly userId: string;
  /** The revision of the user's stream that this is the state of; null before the first change. */
  readonly revision: Revision | null;
  readonly position: Position | null;
  readonly entries: ReadonlyArray<Entry>;
  /** The cursor of the next page; absent at the end. */
  readonly next?: string;
}

/** What the log tells of any change. @category model */
export interface ChangeFacts {
  readonly userId: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly time: number;
  readonly eventId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly origin: 'api' | 'import' | 'restore';
  readonly reason?: string;
  readonly causationId?: string;
  readonly originalTime?: number;
}

/** One change as the log tells it. @category model */
export interface HistoryEntry extends ChangeFacts {
  readonly roomId: string | null;
  readonly type: string;
  readonly content: Content;
  /** Null where there was none before. */
  readonly previousContent: Content | null;
  readonly previousRevision: Revision | null;
  readonly restoredRevision?: Revision;
}

/** One change of a room tag. Its revision is one of the user's tag stream. @category model */
export interface TagHistoryEntry extends ChangeFacts {
  readonly roomId: string;
  readonly tag: string;
  /** Null: the tag was removed. */
  readonly content: Content | null;
  /** Null where the room did not have the tag. */
  readonly previousContent: Content | null;
  readonly previousRevision: Revision | null;
}

/** @category model */
export interface TagHistoryPage {
  readonly entries: ReadonlyArray<TagHistoryEntry>;
  /** The cursor of the next page; absent at the end. */
  readonly next?: string;
}

/** @category model */
export interface HistoryPage {
  readonly entries: ReadonlyArray<HistoryEntry>;
  /** The cursor of the next page; absent at the end. */
  readonly next?: string;
}

/** What a change did. @category model */
export interface Change {
  readonly userId: string;
  /** In the user's stream; of a batch, that of its last event. */
  readonly revision: Revision;
  readonly revisions: ReadonlyArray<Revision>;
  /** Null where the answer is repeated from an earlier request and the log did not tell it again. */
  readonly position: Position | null;
  /**
   * `pending`: what was awaited had not happened at the timeout; it goes on by itself. Where modules were awaited: `parked`
   * or `skipped` where one did not handle it and put it aside or went on.
   */
  readonly delivery: 'done' | 'skipped' | 'parked' | 'pending';
  /** True where the answer is repeated from an earlier request with the same key. */
  readonly repeated: boolean;
}

/** All tags of a user in a room. @category model */
export interface RoomTags {
  readonly roomId: string;
  /** The content of each tag, by its name. */
  readonly tags: Content;
  readonly revision: Revision;
  readonly position: Position;
}
