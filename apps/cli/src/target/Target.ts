import type { JsonObject } from '@account-data/domain';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../Refusal.js';

/** One key of a user's account data. @category model */
export interface Key {
  readonly userId: string;
  /** Null for global account data. */
  readonly roomId: string | null;
  readonly type: string;
}

/** @category model */
export interface ChangeRequest {
  readonly ifRevision?: bigint | 'absent' | 'present';
  readonly reason?: string;
  readonly requestKey?: string;
}

/** @category model */
export interface ChangeAnswer {
  /** Of the change in the user's stream. */
  readonly revision: bigint;
  readonly position?: bigint;
  /** True where the answer is repeated from an earlier request with the same key. */
  readonly repeated: boolean;
}

/** @category model */
export interface Entry extends Key {
  readonly content: JsonObject;
  /** Of its last change. */
  readonly revision: bigint;
}

/** One change as the log tells it. Times in milliseconds since the Unix epoch. @category model */
export interface PastChange extends Key {
  /** `{}` is a deletion. */
  readonly content: JsonObject;
  /** Null where there was none. */
  readonly previousContent: JsonObject | null;
  readonly revision: bigint;
  readonly position?: bigint;
  readonly time: number;
  readonly originalTime?: number;
  readonly eventId: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly origin: string;
  readonly restoredRevision?: bigint;
}

/** @category model */
export interface HistoryRequest {
  readonly userId: string;
  /** Null: only global data; absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
  readonly direction: 'forwards' | 'backwards';
  /** The `next` of the page before. */
  readonly cursor?: string;
  /** At most so many changes; a page may have fewer. */
  readonly limit: number;
}

/** @category model */
export interface HistoryAnswer {
  readonly changes: ReadonlyArray<PastChange>;
  /** The cursor of the page that follows; absent at the end. */
  readonly next?: string;
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
  readonly position: bigint;
  readonly module?: string;
  /** The event that it tells of, if it tells of one. */
  readonly sourceEventId?: string;
}

/** @category model */
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
  readonly room: (request: RoomRequest) => TE.TaskEither<Refusal, void>;
  readonly close: () => Promise<void>;
}
