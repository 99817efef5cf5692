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
    for await (const page of pagesOf(query, `SELECT ${selected(columns)} FROM ${table} ORDER BY ${order}`)) {
      for (const row of page) yield rowOf(table, row);
    }
  }
}

/**
 * The same rows, those of a user together: account data in the order in which it was written last, then tags. Whoever
 * writes them to a log by user reads and appends once for each.
 *
 * @category interpreters
 */
export async function* postgresRowsByUser(query: RunQuery): AsyncGenerator<SynapseRow, void, void> {
  const parts = tables.map(({ table, columns }) => {
    const { room_id: room = 'NULL::text', stream_id: streamId = 'NULL::bigint' } = columns;
    return `SELECT '${table}' AS place, ${selected({ ...columns, room_id: room, stream_id: streamId })} FROM ${table}`;
  });
  // Each table names its columns in an order of its own.
  const union = parts.map((part) => `SELECT place, user_id, room_id, type, content, stream_id FROM (${part}) p`).join(' UNION ALL ');
  for await (const page of pagesOf(query, `${union} ORDER BY user_id, stream_id NULLS LAST, place, room_id, type`)) {
    for (const row of page) yield rowOf(row['place'] as SynapseRow['table'], row);
  }
}

/** The rows of a statement by a cursor, a page at a time; the next one is on its way while one is taken. */
async function* pagesOf(query: RunQuery, select: string): AsyncGenerator<Awaited<ReturnType<RunQuery>>, void, void> {
  await query(`DECLARE synapse_rows NO SCROLL CURSOR FOR ${select}`);
  const fetchPage = (): ReturnType<RunQuery> => {
    const page = query(`FETCH ${String(rowsAtOnce)} FROM synapse_rows`);
    // Who waits for it is told, and who does not come to it any more needs not be.
    page.catch(() => undefined);
    return page;
  };
  for (let coming = fetchPage(); ; ) {
    const page = await coming;
    const isLast = page.length < rowsAtOnce;
    if (!isLast) coming = fetchPage();
    yield page;
    if (isLast) break;
  }
  await query('CLOSE synapse_rows');
}
