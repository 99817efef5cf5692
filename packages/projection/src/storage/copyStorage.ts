import { copyBytes } from '../records/bytes.js';
import { metaKey, type MetaRecord } from '../records/metaRecord.js';
import { storageTables, type ProjectionStorage, type StorageReader, type StorageTable } from './ProjectionStorage.js';

const lastKey = '\u{10FFFF}';
/** A write takes up to so many records, or bytes. */
const recordsInAWrite = 2_000;
const bytesInAWrite = 1 << 20;

interface CopiedRecord {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** A part of a table in memory of its own. */
const readPart = (
  source: StorageReader,
  table: StorageTable,
  from: string,
): { readonly records: ReadonlyArray<CopiedRecord>; readonly memory: Buffer; readonly isEnd: boolean } => {
  const records: Array<CopiedRecord> = [];
  let memory = Buffer.allocUnsafeSlow(bytesInAWrite);
  let used = 0;
  let isEnd = true;
  source.scan(table, { from, to: lastKey }, (key, value) => {
    if (records.length >= recordsInAWrite || (records.length > 0 && used + value.length > memory.length)) {
      isEnd = false;
      return false;
    }
    if (value.length > memory.length) memory = Buffer.allocUnsafeSlow(value.length);
    const { length } = value;
    copyBytes(value, 0, length, memory, used);
    records.push({ key, start: used, end: used + length });
    used += length;
    return true;
  });
  return { records, memory, isEnd };
};

const putMeta = (target: ProjectionStorage, meta: object): Promise<void> =>
  target.write((writer) => {
    const bytes = Buffer.from(JSON.stringify(meta));
    writer.put('meta', metaKey, bytes, 0, bytes.length);
  });

/**
 * Copies all tables, in the order of their keys, into an empty storage. Until it is whole, the target says of itself
 * that it is of no known format. False where it was aborted.
 */
export const copyStorage = async (
  source: StorageReader,
  target: ProjectionStorage,
  meta: MetaRecord | undefined,
  isAborted: () => boolean,
): Promise<boolean> => {
  await putMeta(target, { ...meta, format: 0 });
  for (const table of storageTables) {
    if (table === 'meta') continue;
    for (let from = '', isEnd = false; !isEnd; ) {
      if (isAborted()) return false;
      const part = readPart(source, table, from);
      await target.write((writer) => {
        for (const { key, start, end } of part.records) writer.put(table, key, part.memory, start, end);
      });
      from = `${part.records.at(-1)?.key ?? from}\0`;
      isEnd = part.isEnd;
    }
  }
  if (meta !== undefined) await putMeta(target, meta);
  return true;
};
