import type { Migration, RebuildableDatabase } from '../../src/index.js';

/** One kind of database under test: each call of `open` opens the same one again, as another process would. */
export interface DatabaseKind<Transaction> {
  readonly open: (migrations: ReadonlyArray<Migration>, migrate?: boolean) => Promise<RebuildableDatabase<Transaction>>;
  /** With `?` as in SQLite. */
  readonly run: (transaction: Transaction, sql: string, ...values: Array<string | number>) => Promise<void>;
  /** Rows as another program reads them. */
  readonly read: (sql: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
}
