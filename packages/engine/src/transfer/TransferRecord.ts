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
  /**
   * All tags that the source has are here: one that an earlier import brought and that is not among them was removed at
   * the source, and is removed by the import. Never in exports of a log, which tell removals.
   */
  readonly complete_tags?: true;
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
  /**
   * Why the source can't give the content, which is absent then: it is no JSON, or too large for a line. An import refuses
   * such a record, and knows that the source has it. Never in exports of a log.
   */
  readonly content_fault?: 'not_json' | 'too_large';
  /** Unique in the log (or database) it comes from. A record is imported once, by whichever way it comes. */
  readonly source_id: string;
  /** The log that `source_id` is of, where it is not the header's: for changes that were imported there. */
  readonly source_log?: string;
  /**
   * For sources that name what can change, and not each change: what it holds now. Such a record is imported whenever
   * this is not what the import before brought. Never in exports of a log.
   */
  readonly source_version?: string;
  /** When the change was made; absent where the source does not know. */
  readonly time?: number;
  readonly actor: Actor;
  readonly reason?: string;
  readonly correlation_id?: string;
  readonly causation_id?: string;
  /** Where the change was made: `import` only where that is not known. */
  readonly origin?: EventMetadata['origin'];
  /** A revision of the stream of the log the change was made in. */
  readonly restored_revision?: string;
}

/** What an export ends with: without it, it was cut off. @category model */
export interface TransferEnd {
  readonly end: true;
  readonly records: number;
}

/** One line of an export: the header first, then records, the end last. @category model */
export type TransferLine = TransferHeader | TransferRecord | TransferEnd;
