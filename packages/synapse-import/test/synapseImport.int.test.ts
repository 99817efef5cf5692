import { type AccountDataEngine, type ImportRefused, createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { postgresPrograms, startPostgres, synapseTables } from '@account-data/tests-postgres';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RunQuery, type SynapseDatabase, type SynapseRow, openSynapsePostgres, openSynapseSqlite, postgresRows, postgresRowsByUser, synapseExport } from '../src/index.js';
import { insertsOf, oddRows, synapseRows } from './synapseRows.js';

const bob = '@bob:example.org';

const inserts = insertsOf([...synapseRows, ...oddRows.map(({ row }) => row)]);

const open = async (): Promise<AccountDataEngine> => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
  onTestFinished(() => engine.close());
  return engine;
};

const checkImport = async (database: SynapseDatabase): Promise<void> => {
  const engine = await open();
  const refused: Array<ImportRefused> = [];
  const importAll = (dryRun = false) =>
    engine.importLog(synapseExport(database, 'example.org'), { dryRun, onRefused: (refusal) => refused.push(refusal) });
  const counts = { imported: synapseRows.length, known: 0, refused: oddRows.length };
  expect(await importAll(true)).toMatchObject(counts);
  expect(engine.list('@alice:example.org')).toEqual([]);
  refused.length = 0;
  expect(await importAll()).toMatchObject(counts);
  expect(refused.map(({ code, path, record }) => ({ code, path, record }))).toEqual(
    oddRows.map(({ row: [table, userId, roomId, type], code, path }) => ({
      code,
      path,
      record: {
        kind: table === 'room_tags' ? 'tag' : 'account_data',
        userId,
        ...(roomId === null ? {} : { roomId }),
        type: type.slice(0, 255),
      },
    })),
  );
  expect(engine.list('@alice:example.org')).toHaveLength(2_500);
  expect(engine.get('@alice:example.org', null, 't2499')?.content).toEqual({ n: 2_499 });
  expect(engine.get(bob, null, 'it\'s "odd" \u{1F600}')?.content).toEqual({ a: '\0' });
  expect(engine.get(bob, null, 'gone')).toBeUndefined();
  expect(engine.get(bob, '!r:example.org', 'm.fully_read')?.content).toEqual({ event_id: '$e' });
  expect(engine.tags(bob, '!r:example.org')?.tags).toEqual({ 'm.favourite': { order: 0.25 } });
  const { entries } = await engine.history(bob);
  expect(entries.every(({ origin, actor }) => origin === 'import' && actor.id === bob)).toBe(true);
  expect(await importAll(true)).toMatchObject({ imported: 0, known: synapseRows.length });
  expect(await importAll()).toMatchObject({ imported: 0, known: synapseRows.length });
  await expect(engine.importLog(synapseExport(database, 'example.org'))).rejects.toMatchObject({
    record: { userId: bob, type: 'not.a.number' },
  });
};

/** Runs SQL against the database, as Synapse would while nobody reads. */
type Change = (sql: string) => Promise<void>;

/** What was changed at the source since the last import comes with the next, whatever it was changed to. */
const checkLaterImports = async (database: SynapseDatabase, change: Change): Promise<void> => {
  const engine = await open();
  const importAll = () => engine.importLog(synapseExport(database, 'example.org'), { onRefused: () => undefined });
  const tags = () => engine.tags(bob, '!r:example.org')?.tags;
  const setOrder = (order: string): Promise<void> =>
    change(`UPDATE room_tags SET content = '{"order":${order}}' WHERE tag = 'm.favourite'`);
  await importAll();
  await setOrder('0.5');
  expect(await importAll()).toMatchObject({ imported: 1 });
  expect(tags()).toEqual({ 'm.favourite': { order: 0.5 } });
  await setOrder('0.25');
  expect(await importAll()).toMatchObject({ imported: 1 });
  expect(tags()).toEqual({ 'm.favourite': { order: 0.25 } });
  expect(await importAll()).toMatchObject({ imported: 0 });
  await engine.setTag(bob, '!r:example.org', 'u.ours', {});
  await change("DELETE FROM room_tags WHERE tag = 'm.favourite'");
  expect(await importAll()).toMatchObject({ imported: 1 });
  expect(tags()).toEqual({ 'u.ours': {} });
  expect(await importAll()).toMatchObject({ imported: 0 });
  await change(`INSERT INTO room_tags (user_id, room_id, tag, content) VALUES ('${bob}', '!r:example.org', 'm.favourite', '{"order":0.25}')`);
  expect(await importAll()).toMatchObject({ imported: 1 });
  expect(tags()).toEqual({ 'm.favourite': { order: 0.25 }, 'u.ours': {} });
  await engine.removeTag(bob, '!r:example.org', 'm.favourite');
  expect(await importAll()).toMatchObject({ imported: 0 });
};

describe('a Synapse database', () => {
  test('in an SQLite file is imported, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'synapse-sqlite-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'homeserver.db');
    const made = new sqlite.Database(file);
    made.exec(synapseTables);
    made.exec(`BEGIN; ${inserts.join(';')}; COMMIT;`);
    made.close();
    const database = openSynapseSqlite(file);
    await checkImport(database);
    await database.close();
    // A file is changed while nobody has it open: Synapse is stopped, or it is another copy.
    const copies = {
      async *rows() {
        const copy = openSynapseSqlite(file);
        yield* copy.rows();
        await copy.close();
      },
      close: () => Promise.resolve(),
    };
    await checkLaterImports(copies, async (sql) => {
      const writing = new sqlite.Database(file);
      writing.exec(sql);
      writing.close();
      await Promise.resolve();
    });
    expect(() => openSynapseSqlite(join(folder, 'missing.db'))).toThrow();
  });

  test('in an SQLite file is read as the bytes it holds: nothing is cut at a NUL, and what is no text is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'synapse-sqlite-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'homeserver.db');
    const made = new sqlite.Database(file);
    made.exec(synapseTables);
    const insert = (type: string, content: string): void =>
      made.exec(`INSERT INTO account_data VALUES ('${bob}', ${type}, 1, ${content}, NULL)`);
    insert("'a'", `'{"n":1}'`);
    insert("'a' || char(0) || 'b'", `'{"n":2}'`);
    insert("CAST(x'61ff' AS TEXT)", `'{"n":3}'`);
    insert("'c'", `'{"n":4}' || char(0) || '5'`);
    insert("'d'", `CAST('{"n":6}' AS BLOB)`);
    made.close();
    const database = openSynapseSqlite(file);
    const engine = await open();
    const refused: Array<ImportRefused> = [];
    await engine.importLog(synapseExport(database, 'example.org'), { onRefused: (refusal) => refused.push(refusal) });
    await database.close();
    expect(engine.list(bob).map(({ type, content }) => ({ type, content }))).toEqual([
      { type: 'a', content: { n: 1 } },
      { type: 'd', content: { n: 6 } },
    ]);
    expect(refused.map(({ code, record }) => [code, record?.type])).toEqual([
      ['invalid_type', 'a\0b'],
      ['invalid_type', ''],
      ['invalid_content', 'c'],
    ]);
  });

  const programs = postgresPrograms();
  test.skipIf(programs === undefined)('on a PostgreSQL server is imported, once, and never written', async () => {
    const server = await startPostgres(programs ?? '');
    onTestFinished(() => server.stop());
    const admin = new pg.Client({ connectionString: server.connectionString });
    await admin.connect();
    await admin.query(synapseTables);
    for (const insert of inserts) await admin.query(insert);
    const database = await openSynapsePostgres(server.connectionString);
    const rows = database.rows();
    await rows.next();
    // What Synapse writes meanwhile does not show: all rows are of one moment.
    await admin.query("INSERT INTO room_tags VALUES ('@late:example.org', '!r:example.org', 'u.late', '{}')");
    let late = 0;
    for await (const row of rows) if (row.userId === '@late:example.org') late += 1;
    expect(late).toBe(0);
    await admin.query("DELETE FROM room_tags WHERE user_id = '@late:example.org'");
    await checkImport(database);
    await checkLaterImports(database, async (sql) => {
      await admin.query(sql);
    });
    const query: RunQuery = async (text) => (await admin.query<Record<string, unknown>>(text)).rows;
    const readAll = async (read: (run: RunQuery) => AsyncIterable<SynapseRow>): Promise<ReadonlyArray<SynapseRow>> => {
      const found: Array<SynapseRow> = [];
      await admin.query('BEGIN');
      for await (const row of read(query)) found.push(row);
      await admin.query('COMMIT');
      return found;
    };
    // The same rows, each user's together, in the order in which they were written, tags last.
    const [written, together] = [await readAll(postgresRows), await readAll(postgresRowsByUser)];
    const places = new Map<string, Array<SynapseRow>>();
    for (const row of written) places.set(row.userId, [...(places.get(row.userId) ?? []), row]);
    const order = ({ streamId }: SynapseRow): number => (streamId === null ? Infinity : Number(streamId));
    const expected = [...places.keys()].sort().flatMap((userId) => (places.get(userId) ?? []).sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0)));
    expect(together).toEqual(expected);
    // A connection that breaks while a query waits for its answer is told to who reads.
    const held = await openSynapsePostgres(server.connectionString);
    await admin.query('BEGIN; LOCK TABLE account_data, room_account_data, room_tags IN ACCESS EXCLUSIVE MODE');
    const first = held.rows().next();
    first.catch(() => undefined);
    const waits = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await expect.poll(async () => (await admin.query(waits)).rowCount).toBe(1);
    await admin.query(`SELECT pg_terminate_backend(pid) FROM (${waits}) AS waiting`);
    await expect(first).rejects.toThrow(/connection to the Synapse database was lost/);
    await admin.query('ROLLBACK');
    await held.close();
    // A connection that breaks between two queries is, too, and ends nothing else.
    const broken = database.rows();
    await broken.next();
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    const readOn = (async () => {
      for await (const row of broken) if (row.table === 'account_data') await new Promise(setImmediate);
    })();
    await expect(readOn).rejects.toThrow(/connection to the Synapse database was lost/);
    await database.close();
    await admin.end();
  });
});
