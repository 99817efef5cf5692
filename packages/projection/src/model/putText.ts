import type { StorageTable, StorageWriter } from '../storage/ProjectionStorage.js';

/** Writes a record made of text. Each takes memory of its own: for records that are large or rare. */
export const putText = (writer: StorageWriter, table: StorageTable, key: string, text: string): void => {
  const bytes = Buffer.from(text, 'utf8');
  writer.put(table, key, bytes, 0, bytes.length);
};

const nothing = Buffer.alloc(0);

/** Writes a record that is only a key. */
export const putKey = (writer: StorageWriter, table: StorageTable, key: string): void => {
  writer.put(table, key, nothing, 0, 0);
};
