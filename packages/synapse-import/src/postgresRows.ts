import { type SynapseRow, rowOf, selected, tables } from './SynapseRow.js';

/** Runs a statement on one connection, and gives its rows. @category model */
export type RunQuery = (text: string) => Promise<ReadonlyArray<{ readonly [column: string]: unknown }>>;

const rowsAtOnce = 1_000;

/**
 * All rows of the three tables, by a cursor in the transaction that the connection is in: account data in the order in
 * which it was written last, tags by their keys.
 *
 * @category interpreters
 */
export async function* postgresRows(query: RunQuery): AsyncGenerator<SynapseRow, void, void> {
  for (const { table, columns } of tables) {
    const order = table === 'room_tags' ? 'user_id, room_id, tag' : 'stream_id';
    await query(`DECLARE synapse_rows NO SCROLL CURSOR FOR SELECT ${selected(columns)} FROM ${table} ORDER BY ${order}`);
    for (;;) {
      const page = await query(`FETCH ${String(rowsAtOnce)} FROM synapse_rows`);
      for (const row of page) yield rowOf(table, row);
      if (page.length < rowsAtOnce) break;
    }
    await query('CLOSE synapse_rows');
  }
}
