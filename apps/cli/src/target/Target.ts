import type { JsonObject, Position, Revision, RevisionCondition } from '@account-data/domain';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../Refusal.js';

/** A JSON object, as it was read. @category model */
export type Content = Readonly<Record<string, unknown>>;

/** One key of a user's account data. @category model */
export interface Key {
  readonly userId: string;
  /** Null for global account data. */
  readonly roomId: string | null;
  readonly type: string;
}

/** On what condition something is changed, why, and what makes a retry of it known. @category model */
export interface ChangeRequest {
  readonly ifRevision?: RevisionCondition;
  readonly reason?: string;
  readonly requestKey?: string;
}

/** What became of a change. @category model */
export interface ChangeAnswer {
  /** Of the change in the user's stream. */
  readonly revision: Revision;
  readonly position?: Position;
  /** True where the answer is repeated from an earlier request with the same key. */
  readonly repeated: boolean;
}

/** The content of a key. @category model */
export interface Entry extends Key {
  readonly content: Content;
  /** Of its last change. */
  readonly revision: Revision;
}

/** What the log tells of any change. Times in milliseconds since the Unix epoch. @category model */
export interface ChangeFacts {
  readonly userId: string;
  readonly revision: Revision;
  readonly position?: Position;
  readonly time: number;
  readonly originalTime?: number;
  readonly eventId: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly origin: string;
  readonly restoredRevision?: Revision;
}

/** One change of account data as the log tells it. @category model */
export interface PastChange extends Key, ChangeFacts {
  /** `{}` is a deletion. */
  readonly content: Content;
  /** Null where there was none. */
  readonly previousContent: Content | null;
}

/** One change of a room tag. Its revision is one of the user's tag stream. @category model */
export interface PastTagChange extends ChangeFacts {
  readonly roomId: string;
  readonly tag: string;
  /** Null: it was removed. */
  readonly content: Content | null;
  /** Null where the room did not have it. */
  readonly previousContent: Content | null;
}

/** Which changes, and how many. @category model */
export interface HistoryWindow {
  /** Inclusive; milliseconds since the Unix epoch. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  readonly direction: 'forwards' | 'backwards';
  /** The `next` of the page before. */
  readonly cursor?: string;
  /** At most so many changes; a page may have fewer. */
  readonly limit: number;
}

/** Which changes of account data, and how many. @category model */
export interface HistoryRequest extends HistoryWindow {
  /** Absent: all users. */
  readonly userId?: string;
  /** Null: only global data; absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
}

/** Which changes of a user's tags, and how many. @category model */
export interface TagHistoryRequest extends HistoryWindow {
  readonly userId: string;
  readonly roomId?: string;
}

/** A page of changes. @category model */
export interface HistoryAnswer<Change = PastChange> {
  readonly changes: ReadonlyArray<Change>;
  /** The cursor of the page that follows; absent at the end. */
  readonly next?: string;
}

/** A moment: a revision of the user's account data, a position of the log, or a time. @category model */
export type Moment = { readonly revision: Revision } | { readonly position: Position } | { readonly time: number };

/** All that a user had at a moment. @category model */
export interface PastState {
  readonly entries: ReadonlyArray<Entry>;
  /** By room. Undefined where it can't be told. */
  readonly tags: ReadonlyArray<{ readonly roomId: string; readonly tags: { readonly [tag: string]: Content } }> | undefined;
}

/** Which two moments are compared, and which keys. @category model */
export interface DiffRequest {
  readonly userId: string;
  readonly from: Moment;
  /** Absent: now. */
  readonly to?: Moment;
  readonly roomId?: string | null;
  readonly type?: string;
}

/** What became of one key. @category model */
export interface KeyDiff {
  readonly roomId: string | null;
  readonly type: string;
  readonly change: string;
  readonly before: Content | null;
  readonly after: Content | null;
  /** JSON Patch (RFC 6902). */
  readonly patch: ReadonlyArray<object>;
  /** The same for people, a line for each operation. */
  readonly readable: ReadonlyArray<string>;
}

/** A change as the feed tells it, under the names of the service API. @category model */
export interface FeedLine {
  /** Go on after it with `--after`. */
  readonly id: string;
  /** `account_data_updated`, `room_tag_set`, `room_tag_removed` or `user_erased`. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where the feed begins, what it tells, and who takes it. @category model */
export interface FeedRequest {
  /** `start`, `now`, or the id of a line. */
  readonly after: string;
  readonly userId?: string;
  readonly roomId?: string | null;
  readonly type?: string;
  readonly tags: boolean;
  /** Ends when what is there was given; else it goes on until `stop`. */
  readonly toEnd: boolean;
  readonly stop: AbortSignal;
  readonly onLine: (line: FeedLine) => Promise<void>;
}

/** An event that a module sent into a room. @category model */
export interface RoomMessage {
  readonly eventId: string;
  readonly roomId: string;
  readonly sender: string;
  readonly type: string;
  readonly content: JsonObject;
  /** When it was sent, in milliseconds since the Unix epoch. */
  readonly time: number;
  /** Its place in the log. */
  readonly position: Position;
  readonly module?: string;
  /** The event that it tells of, if it tells of one. */
  readonly sourceEventId?: string;
}

/** Which room is read, and who takes its messages. @category model */
export interface RoomRequest {
  readonly roomId: string;
  /** Called for each message, in order; the next one comes when it is done. */
  readonly onMessage: (message: RoomMessage) => Promise<void>;
  /** Goes on with what is sent later, until it is aborted; absent: ends at the end of the room. */
  readonly follow?: AbortSignal;
}

/** What the command works on: a data folder, or a running server. @category model */
export interface Target {
  readonly put: (key: Key, content: unknown, request: ChangeRequest) => TE.TaskEither<Refusal, ChangeAnswer>;
  readonly delete: (key: Key, request: ChangeRequest) => TE.TaskEither<Refusal, ChangeAnswer>;
  /** Undefined where there is none or it was deleted. */
  readonly get: (key: Key) => TE.TaskEither<Refusal, Entry | undefined>;
  readonly setTag: (
    userId: string,
    roomId: string,
    tag: string,
    content: unknown,
    request: ChangeRequest,
  ) => TE.TaskEither<Refusal, ChangeAnswer>;
  readonly removeTag: (
    userId: string,
    roomId: string,
    tag: string,
    request: ChangeRequest,
  ) => TE.TaskEither<Refusal, ChangeAnswer>;
  readonly tags: (userId: string, roomId: string) => TE.TaskEither<Refusal, { readonly [tag: string]: JsonObject }>;
  readonly history: (request: HistoryRequest) => TE.TaskEither<Refusal, HistoryAnswer>;
  readonly tagHistory: (request: TagHistoryRequest) => TE.TaskEither<Refusal, HistoryAnswer<PastTagChange>>;
  readonly asOf: (userId: string, at: Moment) => TE.TaskEither<Refusal, PastState>;
  readonly diff: (request: DiffRequest) => TE.TaskEither<Refusal, ReadonlyArray<KeyDiff>>;
  readonly feed: (request: FeedRequest) => TE.TaskEither<Refusal, void>;
  readonly room: (request: RoomRequest) => TE.TaskEither<Refusal, void>;
  readonly close: () => Promise<void>;
}
