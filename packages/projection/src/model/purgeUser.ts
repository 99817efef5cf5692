import type { StreamNames } from '@account-data/domain';
import { userPrefix } from '../records/keys.js';
import { parseQuarantined } from '../records/quarantineRecord.js';
import { madeBytes, rowBytes, rowPosition } from '../records/row.js';
import { streamHeaderBytes } from '../records/streamRecord.js';
import { prefixRange, type StorageReader, type StorageTable, type StorageWriter } from '../storage/ProjectionStorage.js';

/** An erased user, and where its changes stand in the index of the log, which is still to be cleared. @category model */
export interface PurgedUser {
  readonly userId: string;
  /** The positions of its account data events. */
  readonly positions: ReadonlyArray<number>;
}

const perUserTables: ReadonlyArray<StorageTable> = ['entries', 'tags', 'dataBlocks', 'tagBlocks', 'requests', 'requestOrder'];

/** The keys of the quarantined events of a user that are in storage. */
export const quarantinedKeys = (storage: StorageReader, names: StreamNames, userId: string): ReadonlyArray<string> => {
  const streams = [names.accountDataPrefix + userId, names.tagsPrefix + userId];
  const keys: Array<string> = [];
  storage.scan('quarantine', prefixRange(''), (key, value) => {
    if (streams.includes(parseQuarantined(value).stream)) keys.push(key);
  });
  return keys;
};

/** Removes all records of a user and remembers only that it was erased. The log index is left to the caller. */
export const purgeUser = (storage: StorageReader, writer: StorageWriter, names: StreamNames, userId: string): PurgedUser => {
  const positions: Array<number> = [];
  const collect = (rows: Buffer, from: number): void => {
    for (let offset = from; offset < rows.length; offset += rowBytes) positions.push(rowPosition(rows, offset + madeBytes));
  };
  for (const table of perUserTables) {
    storage.scan(table, prefixRange(userPrefix(userId)), (key, value) => {
      if (table === 'dataBlocks') collect(value, 0);
      writer.remove(table, key);
    });
  }
  const stream = storage.get('dataStreams', userId);
  if (stream !== undefined) collect(stream, streamHeaderBytes);
  for (const key of quarantinedKeys(storage, names, userId)) writer.remove('quarantine', key);
  writer.remove('dataStreams', userId);
  writer.remove('tagStreams', userId);
  writer.put('erased', userId, Buffer.alloc(0), 0, 0);
  return { userId, positions };
};
