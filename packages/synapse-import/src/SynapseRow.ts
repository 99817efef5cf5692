/** A row of one of the three tables. @category model */
export interface SynapseRow {
  readonly table: 'account_data' | 'room_account_data' | 'room_tags';
  readonly userId: string;
  /** Null for global account data. */
  readonly roomId: string | null;
  /** The type of account data, or the tag. */
  readonly type: string;
  /** JSON text, as Synapse keeps it. `{}` is deleted account data. */
  readonly content: string;
  /** A decimal string; null for tags. */
  readonly streamId: string | null;
}

/** A Synapse database, read and never written. @category model */
export interface SynapseDatabase {
  /** All rows, as they were when the first one was asked for, where the database can promise that. */
  readonly rows: () => AsyncGenerator<SynapseRow, void, void>;
  readonly close: () => Promise<void>;
}

/** The columns of each table under the names of a row; account data in the order in which it was changed. */
export const selections: ReadonlyArray<{ readonly table: SynapseRow['table']; readonly columns: string }> = [
  { table: 'account_data', columns: 'user_id, NULL AS room_id, account_data_type AS type, content, stream_id' },
  { table: 'room_account_data', columns: 'user_id, room_id, account_data_type AS type, content, stream_id' },
  { table: 'room_tags', columns: 'user_id, room_id, tag AS type, content, NULL AS stream_id' },
];

/** A row as a database's client gives it. */
export const rowOf = (table: SynapseRow['table'], fields: { readonly [column: string]: unknown }): SynapseRow => {
  const { user_id: userId, room_id: roomId, type, content, stream_id: streamId } = fields;
  return {
    table,
    userId: textOf(userId),
    roomId: roomId === null || roomId === undefined ? null : textOf(roomId),
    type: textOf(type),
    content: textOf(content),
    streamId: streamId === null || streamId === undefined ? null : textOf(streamId),
  };
};

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new TypeError('A column of the Synapse database does not hold what Synapse keeps in it.');
};
