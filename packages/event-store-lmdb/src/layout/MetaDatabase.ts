import { checksum } from '@account-data/runtime';
import type { Database, GetOptions } from 'lmdb';
import { StoreDamage } from './StoreDamage.js';

/** The version of what is in a log file and in the files beside it. */
export const formatVersion = 2 as const;

/** What the file says about itself. */
export interface FormatRecord {
  readonly format: number;
  /** Names this store; a copy of the folder keeps it. */
  readonly store: string;
}

/** Whole numbers: up to where the index goes; where a compaction left the log to go on; how often it was opened. */
type NumberKey = 'indexed' | 'next' | 'opened';

/**
 * The facts about a log that are not in it, as JSON: `{ "format", "store", "sum" }` and `{ "value", "sum" }`, where `sum` is
 * the checksum of key and value. In format 1 there is no `sum`, and a number stands alone. Reads throw {@link StoreDamage}.
 */
export interface MetaDatabase {
  /** Nothing where the file is new. */
  readonly format: () => FormatRecord | undefined;
  readonly number: (key: NumberKey, options?: GetOptions) => number | undefined;
  readonly putFormat: (record: FormatRecord) => Promise<boolean>;
  /** In the form of a format. */
  readonly putNumber: (key: NumberKey, value: number, format?: number) => Promise<boolean>;
}

const sumOf = (...parts: ReadonlyArray<string | number>): number => {
  const bytes = Buffer.from(JSON.stringify(parts), 'utf8');
  return checksum(bytes, 0, bytes.length, 0);
};

interface StoredNumber {
  readonly value: number;
  readonly sum: number;
}

/** What the database holds where nothing was damaged. */
export type MetaValue = StoredNumber | number | (FormatRecord & { readonly sum?: number });

export const metaDatabase = (database: Database<MetaValue, string>, file: string): MetaDatabase => {
  const damaged = (key: string): never => {
    throw new StoreDamage(file, `its record "${key}"`);
  };
  const get = (key: string, options?: GetOptions): unknown => {
    try {
      return database.get(key, options);
    } catch (cause) {
      if (cause instanceof SyntaxError) return damaged(key);
      throw cause;
    }
  };
  return {
    format: () => {
      const stored = get('format');
      if (stored === undefined) return undefined;
      if (typeof stored !== 'object' || stored === null || !('format' in stored) || !('store' in stored)) return damaged('format');
      const { format, store } = stored;
      if (typeof format !== 'number' || typeof store !== 'string') return damaged('format');
      const isTrue = format > formatVersion || (format === 1 && !('sum' in stored)) || ('sum' in stored && stored.sum === sumOf('format', format, store));
      return isTrue ? { format, store } : damaged('format');
    },
    number: (key, options) => {
      const stored = get(key, options);
      if (stored === undefined || typeof stored === 'number') return stored;
      if (typeof stored !== 'object' || stored === null || !('value' in stored) || !('sum' in stored)) return damaged(key);
      const { value, sum } = stored;
      return typeof value === 'number' && sum === sumOf(key, value) ? value : damaged(key);
    },
    putFormat: ({ format, store }) =>
      database.put('format', format === 1 ? { format, store } : { format, store, sum: sumOf('format', format, store) }),
    putNumber: (key, value, format = formatVersion) => database.put(key, format === 1 ? value : { value, sum: sumOf(key, value) }),
  };
};
