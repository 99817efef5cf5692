import type { Actor, EventMetadata, JsonObject } from '@account-data/domain';

/** What an export begins with. @category model */
export interface TransferHeader {
  readonly format: 'account-data-export';
  readonly version: 1;
  /** The log the records come from: with it, an import knows a record that it has already. */
  readonly log_id: string;
  /** False: only what is current, without what was before. */
  readonly history: boolean;
  /** Absent: all users. */
  readonly user_id?: string;
}

/** One change, as a line of an export. Revisions are decimal strings, times milliseconds since the Unix epoch. @category model */
export interface TransferRecord {
  readonly kind: 'account_data' | 'tag';
  readonly user_id: string;
  /** Null for global account data. */
  readonly room_id: string | null;
  /** The type of account data, or the tag. */
  readonly type: string;
  /** `{}` deletes account data; null removes a tag. */
  readonly content: JsonObject | null;
  /** Unique in the log (or database) it comes from. */
  readonly source_id: string;
  /** When the change was made; absent where the source does not know. */
  readonly time?: number;
  readonly actor: Actor;
  readonly reason?: string;
  readonly correlation_id?: string;
  readonly causation_id?: string;
  readonly origin?: EventMetadata['origin'];
  readonly restored_revision?: string;
}

/** What an export ends with: without it, it was cut off. @category model */
export interface TransferEnd {
  readonly end: true;
  readonly records: number;
}

/** @category model */
export type TransferLine = TransferHeader | TransferRecord | TransferEnd;
