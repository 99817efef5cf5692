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

/** The column of each table that each field of a row comes from. @category constants */
export const tables: ReadonlyArray<{
  readonly table: SynapseRow['table'];
  readonly columns: { readonly [field: string]: string };
}> = [
  { table: 'account_data', columns: { user_id: 'user_id', type: 'account_data_type', content: 'content', stream_id: 'stream_id' } },
  { table: 'room_account_data', columns: { user_id: 'user_id', room_id: 'room_id', type: 'account_data_type', content: 'content', stream_id: 'stream_id' } },
  { table: 'room_tags', columns: { user_id: 'user_id', room_id: 'room_id', type: 'tag', content: 'content' } },
];

/** What to select, with each column as `read` has it. */
export const selected = (columns: { readonly [field: string]: string }, read: (column: string) => string = (column) => column): string =>
  Object.entries(columns).map(([field, column]) => `${read(column)} AS ${field}`).join(', ');

/** A row as a database's client gives it. @category constructors */
export const rowOf = (table: SynapseRow['table'], fields: { readonly [column: string]: unknown }): SynapseRow => {
  const { user_id: userId, room_id: roomId, type, content, stream_id: streamId } = fields;
  return {
    table,
    userId: textOf(userId),
    roomId: table === 'account_data' ? null : textOf(roomId),
    type: textOf(type),
    content: textOf(content),
    streamId: streamId === null || streamId === undefined ? null : textOf(streamId),
  };
};

/** The text of a column. What is none is the empty text, which an import refuses wherever it may stand. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (!(value instanceof Uint8Array)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return '';
  }
};
