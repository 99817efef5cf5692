import type { AccountDataEntry, HistoryEntry, Position, Revision, RoomTags as DomainRoomTags, TagHistoryEntry } from '@account-data/domain';
import type { ActivityJson, getState } from '@account-data/service-api';
import type * as t from 'io-ts';

export type {
  AccessEntry,
  AccessKind,
  Actor,
  ChangeResult,
  ChangeFacts,
  ErasureProgress,
  ErasureReceipt,
  HistoryEntry,
  KeyDiff,
  ParkedDelivery,
  PatchOperation,
  QuarantinedEvent,
  RebuildProgress,
  RebuildResult,
  RedriveResult,
  ReplayProgress,
  RunningReplay,
  TagHistoryEntry,
  VerifyProgress,
  VerifyResult,
} from '@account-data/domain';

/** A JSON object, as programs give it. @category model */
export type Content = Readonly<Record<string, unknown>>;

/** The content of one key: of a type, in a room or (null) of the user. @category model */
export type Entry = Omit<AccountDataEntry, 'userId'>;

/** All tags of a user in a room. @category model */
export type RoomTags = Omit<DomainRoomTags, 'userId'>;

/** A page of a user's account data, ordered by room and type. `next` is the cursor of the next page. @category model */
export type StatePage = t.TypeOf<typeof getState.answer>;

/** A page of what changed. `next` is the cursor of the next page; absent at the end. @category model */
export interface HistoryPage {
  readonly entries: ReadonlyArray<HistoryEntry>;
  readonly next?: string;
}

/** How many changes were recorded in each of parts of equal length, from `since` (inclusive) to `until` (exclusive). @category model */
export type Activity = t.TypeOf<typeof ActivityJson>;

/** As {@link HistoryPage}. @category model */
export interface TagHistoryPage {
  readonly entries: ReadonlyArray<TagHistoryEntry>;
  readonly next?: string;
}

/** A moment: a revision of the user's account data, a position of the log, or a time. @category model */
export type Moment = { readonly revision: Revision } | { readonly position: Position } | { readonly time: number };
