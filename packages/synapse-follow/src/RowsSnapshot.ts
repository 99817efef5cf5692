import type { SynapseRow } from '@account-data/synapse-import';
import type { RowKey } from './SourceChange.js';

/** All rows as they were at one moment. @category model */
export interface RowsSnapshot {
  readonly rows: () => AsyncGenerator<SynapseRow, void, void>;
  /** Whose a few of the rows are. */
  readonly someUsers: () => Promise<ReadonlyArray<string>>;
  /** Who is marked as erased. */
  readonly erased: () => Promise<ReadonlyArray<string>>;
  /** Which of the keys have no row. */
  readonly missing: (keys: ReadonlyArray<RowKey>) => Promise<ReadonlyArray<RowKey>>;
  readonly close: () => Promise<void>;
}
