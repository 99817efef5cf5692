import type { Database } from 'lmdb';
import type { Environment } from './Environment.js';
import { StoreDamage } from './StoreDamage.js';
import { checkTombstone, chunkKey, decodeChunk, decodeStreamRecord, RecordDamaged, streamKey, type StreamRecord } from './StreamRecord.js';

/** The index as it is on the disk. All throws {@link StoreDamage} where it is not what was written. */
export interface StoredIndex {
  readonly find: (name: string) => StreamRecord | undefined;
  /** The positions in a full chunk of a stream. */
  readonly chunk: (name: string, number: number) => ReadonlyArray<number>;
  readonly tombstoned: () => Set<string>;
}

/**
 * Throws {@link RecordDamaged} where the record of a key may be there after all: a key that was damaged stands beside
 * where it should be, and where the pages lead astray, what is found beside is not in order.
 */
const checkAbsence = (database: Database<Buffer, Buffer>, key: Buffer, decode: (key: Buffer, value: Buffer) => unknown): void => {
  for (const reverse of [false, true]) {
    for (const found of database.getRange({ start: key, reverse, limit: 1 })) {
      const order = Buffer.compare(found.key, key);
      if (reverse ? order >= 0 : order <= 0) throw new RecordDamaged('A key');
      decode(found.key, found.value);
    }
  }
};

export const storedIndex = ({ streams, chunks, tombstones, file }: Pick<Environment, 'streams' | 'chunks' | 'tombstones' | 'file'>): StoredIndex => {
  const naming = <A>(what: string, read: () => A): A => {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof RecordDamaged) throw new StoreDamage(file, what);
      throw cause;
    }
  };
  return {
    find: (name) =>
      naming(`the index of the stream ${name}, or of one beside it,`, () => {
        const key = streamKey(name);
        // Read where lmdb puts it: decoding it is all that is done before the next read.
        const record = streams.getBinaryFast(key);
        if (record !== undefined) return decodeStreamRecord(key, record);
        checkAbsence(streams, key, decodeStreamRecord);
        return undefined;
      }),
    chunk: (name, number) =>
      naming(`chunk ${number} of the index of the stream ${name}`, () => {
        const key = chunkKey(name, number);
        const stored = chunks.get(key);
        if (stored === undefined) throw new RecordDamaged('A chunk of positions');
        return decodeChunk(key, stored);
      }),
    tombstoned: () =>
      naming('the list of removed streams', () => {
        const names = new Set<string>();
        for (const { key, value } of tombstones.getRange()) {
          checkTombstone(key, value);
          names.add(key.toString('utf8'));
        }
        return names;
      }),
  };
};
