import type { AccountDataType } from '../AccountDataType.js';
import type { RoomId } from '../RoomId.js';
import type { JsonObject } from '../json/Json.js';

/** One operation of a JSON Patch (RFC 6902). @category model */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** How one content became another. @category model */
export interface ContentDiff {
  /** A JSON Patch (RFC 6902). */
  readonly patch: ReadonlyArray<PatchOperation>;
  /** A line for each operation, for people. */
  readonly readable: ReadonlyArray<string>;
}

/** What became of one key. @category model */
export interface KeyDiff extends ContentDiff {
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly change: 'added' | 'removed' | 'changed';
  /** Null where there was none. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}
