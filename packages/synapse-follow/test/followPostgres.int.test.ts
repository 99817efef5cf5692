import { streamNames } from '@account-data/domain';
import { createInMemoryEventStore, type EventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { postgresPrograms, type PostgresServer, startPostgres } from '@account-data/tests-postgres';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkPolled, checkPostgres, HomeserverCommands } from '../src/index.js';
import { alice, bob, openEngine, pollFollow, room, startFollow, synapseOn } from './support/FollowedSynapse.js';

const programs = postgresPrograms();

describe.skipIf(programs === undefined)('a Synapse on PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs ?? '', { wal_level: 'logical', max_replication_slots: '30', max_wal_senders: '30' });
  });
  afterAll(() => server.stop());

  test('is taken over as it is and followed from exactly there, by commits', async () => {
    const synapse = await synapseOn(server);
    await synapse.set(alice, 'org.example.theme', '{"theme": "dark"}');
    await synapse.set(alice, 'gone', '{}');
    await synapse.set(alice, 'm.fully_read', '{"event_id":"$e"}', room);
    await synapse.sql(`INSERT INTO room_tags VALUES ('${alice}', '${room}', 'm.favourite', '{"order":0.25}')`);
    const ours = await openEngine();
    const follow = startFollow(synapse, ours);
    await follow.until(({ phase }) => phase === 'following');
    const { engine } = ours;
    expect(engine.list(alice).map(({ type, content, roomId }) => [roomId, type, content])).toEqual([
      [null, 'org.example.theme', { theme: 'dark' }],
      [room, 'm.fully_read', { event_id: '$e' }],
    ]);
    expect(engine.tags(alice, room)?.tags).toEqual({ 'm.favourite': { order: 0.25 } });

    await synapse.set(alice, 'org.example.theme', '{"theme":"light"}');
    // One transaction, as a deactivation is.
    await synapse.sql(`BEGIN; DELETE FROM account_data WHERE account_data_type = 'gone'; DELETE FROM account_data; DELETE FROM room_account_data; DELETE FROM room_tags; COMMIT`);
    await synapse.set(alice, 'org.example.last', '{"n":1}', room);
    await follow.until(() => engine.get(alice, room, 'org.example.last') !== undefined);
    expect(engine.list(alice)).toHaveLength(1);
    expect(engine.tags(alice, room)?.tags).toEqual({});
    const { entries } = await engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ type, content }) => [type, content])).toEqual([
      ['org.example.theme', { theme: 'dark' }],
      ['m.fully_read', { event_id: '$e' }],
      ['org.example.theme', { theme: 'light' }],
      ['gone', {}],
      ['org.example.theme', {}],
      ['m.fully_read', {}],
      ['org.example.last', { n: 1 }],
    ]);
    expect(entries.every(({ origin, actor }) => origin === 'synapse' && actor.kind === 'synapse' && actor.id === 'example.org')).toBe(true);
    const last = entries.at(-1);
    expect(Math.abs((last?.originalTime ?? 0) - (last?.time ?? 0))).toBeLessThan(60_000);
  });

  test('that is not prepared is not published: its writes go on, and what has to be set is told', async () => {
    const synapse = await synapseOn(server, { isPrepared: false });
    await synapse.set(alice, 'a', '{"n":1}');
    const ours = await openEngine();
    const follow = startFollow(synapse, ours);
    await follow.until(({ problem }) => problem?.code === 'no_replica_identity');
    expect(await synapse.sql('SELECT * FROM pg_publication')).toEqual([]);
    await synapse.set(alice, 'a', '{"n":2}');
    await synapse.sql('DELETE FROM account_data');
    for (const statement of follow.health().problem?.statements ?? []) await synapse.sql(statement);
    await synapse.set(alice, 'a', '{"n":3}');
    await follow.until(({ phase }) => phase === 'following');
    await synapse.set(alice, 'a', '{"n":4}');
    await synapse.sql('DELETE FROM account_data');
    await synapse.set(alice, 'b', '{"n":5}');
    await follow.until(() => ours.engine.get(alice, null, 'b') !== undefined);
    const { entries } = await ours.engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ content }) => content)).toEqual([{ n: 3 }, { n: 4 }, {}, { n: 5 }]);
  });

  test('sends what was not confirmed again, and it is in the log once', async () => {
    const synapse = await synapseOn(server);
    const { store, refuse, refused } = refusingProgress();
    const ours = await openEngine(store);
    const follow = startFollow(synapse, ours);
    await follow.until(({ phase }) => phase === 'following');
    // As a process that dies again and again after it appended, and before it noted and confirmed that.
    refuse(3);
    for (let n = 0; n < 20; n += 1) await synapse.set(alice, `t${String(n % 3)}`, `{"n":${String(n)}}`);
    await follow.until(({ phase }) => refused() === 3 && phase === 'following');
    await synapse.set(alice, 'end', '{"n":20}');
    await follow.until(() => ours.engine.get(alice, null, 'end') !== undefined);
    const { entries } = await ours.engine.history(alice, { direction: 'forwards', limit: 100 });
    expect(entries.map(({ content }) => content['n'])).toEqual(Array.from({ length: 21 }, (_, n) => n));
    expect(follow.health().resynchronised).toHaveLength(1);
    expect(follow.health().appended).toBe(21);
  });

  test('goes on from where it was when the database crashed, and when nobody followed', async () => {
    const own = await startPostgres(programs ?? '', { wal_level: 'logical' });
    onTestFinished(() => own.stop());
    const synapse = await synapseOn(own);
    const ours = await openEngine();
    const first = startFollow(synapse, ours);
    await first.until(({ phase }) => phase === 'following');
    await synapse.set(alice, 'a', '{"n":0}');
    await first.until(() => ours.engine.get(alice, null, 'a') !== undefined);
    await own.crash();
    await first.until(({ phase }) => phase === 'waiting');
    await own.start();
    await synapse.set(alice, 'a', '{"n":1}');
    await first.until(() => ours.engine.get(alice, null, 'a')?.content['n'] === 1);
    // An orderly stop of PostgreSQL waits until everything is confirmed.
    await own.shutDown();
    await own.start();
    await first.close();
    await synapse.set(alice, 'a', '{"n":2}');
    const second = startFollow(synapse, ours);
    await second.until(() => ours.engine.get(alice, null, 'a')?.content['n'] === 2);
    const { entries } = await ours.engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ content }) => content['n'])).toEqual([0, 1, 2]);
    expect(second.health().resynchronised).toMatchObject([{ reason: 'first' }]);
  });

  test.each([
    ['slot_missing', 'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()'],
    ['slot_moved', 'SELECT pg_replication_slot_advance(slot_name, pg_current_wal_lsn()) FROM pg_replication_slots WHERE database = current_database()'],
    ['publication_changed', 'ALTER PUBLICATION account_data_engine DROP TABLE room_tags'],
    ['table_replaced', 'ALTER TABLE room_tags RENAME TO old; CREATE TABLE room_tags (LIKE old INCLUDING ALL); ALTER TABLE room_tags REPLICA IDENTITY USING INDEX room_tags_user_id_room_id_tag_key; DROP TABLE old; ALTER PUBLICATION account_data_engine ADD TABLE room_tags'],
  ])('whose changes may have been missed (%s) is compared, and that is said', async (reason, breaking) => {
    const synapse = await synapseOn(server);
    await synapse.set(alice, 'kept', '{"n":1}');
    await synapse.set(alice, 'gone', '{"n":1}');
    await synapse.sql(`INSERT INTO room_tags VALUES ('${alice}', '${room}', 'u.gone', '{}')`);
    const ours = await openEngine();
    const first = startFollow(synapse, ours);
    await first.until(({ phase }) => phase === 'following');
    await first.close();
    await synapse.set(alice, 'missed', '{"n":1}');
    await synapse.set(alice, 'missed', '{"n":2}');
    await synapse.sql("DELETE FROM account_data WHERE account_data_type = 'gone'");
    await synapse.sql('DELETE FROM room_tags');
    await synapse.sql(breaking);
    const second = startFollow(synapse, ours);
    await second.until(({ phase, resynchronised }) => phase === 'following' && resynchronised.length === 2);
    expect(second.health().resynchronised[1]).toMatchObject({ reason, changed: 3 });
    const { entries } = await ours.engine.history(alice, { direction: 'forwards' });
    expect(entries.slice(2).map(({ type, content }) => [type, content])).toEqual([
      ['missed', { n: 2 }],
      ['gone', {}],
    ]);
    expect(entries.at(-1)?.reason).toMatch(/may be missing/);
    expect(ours.engine.tags(alice, room)?.tags).toEqual({});
    await synapse.set(alice, 'kept', '{"n":2}');
    await second.until(() => ours.engine.get(alice, null, 'kept')?.content['n'] === 2);
  });

  test('whose slot PostgreSQL gives up for the disk it fills is said to be far behind, then lost, and is compared when it is followed again', async () => {
    const own = await startPostgres(programs ?? '', { wal_level: 'logical', max_slot_wal_keep_size: '32MB' });
    onTestFinished(() => own.stop());
    const synapse = await synapseOn(own);
    const { sql, set, connectionString } = synapse;
    const slot = `follow_${connectionString.split('/').at(-1) ?? ''}`;
    const look = async () => (await checkPostgres({ serverName: 'example.org', connectionString, slot, publication: 'account_data_engine', progress: { confirmed: '0/0' } })).map(({ severity, code }) => [severity, code]);
    const ours = await openEngine();
    const first = startFollow(synapse, ours);
    await first.until(({ phase }) => phase === 'following');
    await first.close();
    expect(await look()).toEqual([['info', 'slot']]);
    await set(alice, 'missed', '{"n":1}');
    await set(alice, 'missed', '{"n":2}');
    // Each switch begins another file of 16 MB; what is beyond the limit is given up by a checkpoint.
    const found: Array<unknown> = [];
    for (let files = 0; files < 8 && !JSON.stringify(found.at(-1) ?? '').includes('slot_lost'); files += 1) {
      await sql("SELECT pg_logical_emit_message(false, 'a test', 'another file')");
      await sql('SELECT pg_switch_wal()');
      if (files > 3) await sql('CHECKPOINT');
      found.push(await look());
    }
    expect(found).toContainEqual([['warning', 'slot_behind']]);
    expect(found.at(-1)).toEqual([['error', 'slot_lost']]);
    const second = startFollow(synapse, ours);
    await second.until(({ phase, resynchronised }) => phase === 'following' && resynchronised.length === 2);
    expect(second.health().resynchronised[1]).toMatchObject({ reason: 'slot_lost', changed: 1 });
    expect((await ours.engine.history(alice)).entries.map(({ content, reason }) => [content, reason])).toEqual([[{ n: 2 }, 'Found by comparing after a gap: changes in between may be missing']]);
    await set(alice, 'kept', '{"n":3}');
    await second.until(() => ours.engine.get(alice, null, 'kept') !== undefined);
  });

  test('erases here who is erased there, and takes nothing of who was erased here', async () => {
    const synapse = await synapseOn(server);
    const ours = await openEngine();
    await synapse.set(alice, 'a', '{"n":1}');
    await synapse.set(bob, 'b', '{"n":1}');
    const first = startFollow(synapse, ours);
    await first.until(({ phase }) => phase === 'following');
    // In the order of Synapse: the mark first, then the rows.
    await synapse.sql(`INSERT INTO erased_users VALUES ('${alice}')`);
    await synapse.sql('DELETE FROM account_data WHERE user_id = $1', [alice]);
    await ours.engine.eraseUser(bob);
    await synapse.set(bob, 'b', '{"n":2}');
    await first.until(({ refusedErased }) => refusedErased.get(bob) === 1 && refusedErased.get(alice) === 1);
    expect(ours.engine.projection.erased(alice)).toBe(true);
    expect((await ours.engine.history(alice)).entries).toEqual([]);
    first.compare();
    await first.until(({ phase, resynchronised }) => phase === 'following' && resynchronised.length === 2);
    expect(ours.engine.get(bob, null, 'b')).toBeUndefined();
    expect(first.health().refusedErased.get(bob)).toBe(2);
    // Dealt with, and said again when it happens again; the other one stays listed.
    expect(await first.release(bob)).toEqual({ rows: 0, changes: 2 });
    expect([...first.health().refusedErased.keys()]).toEqual([alice]);
    await synapse.set(bob, 'b', '{"n":3}');
    await first.until(({ refusedErased }) => refusedErased.get(bob) === 1);
  });

  test('has a row that came to hold, in one transaction, what this log can hold and then what it can not: it is parked', async () => {
    const synapse = await synapseOn(server);
    const ours = await openEngine();
    const follow = startFollow(synapse, ours);
    await follow.until(({ phase }) => phase === 'following');
    // What comes while the first one is appended is appended at once.
    await synapse.sql(`INSERT INTO account_data VALUES ('${alice}', 'first', 1, '{}');
      INSERT INTO account_data VALUES ('${alice}', 'a', 2, '{"n":1}'); UPDATE account_data SET content = '{"n":1,"n":2}' WHERE account_data_type = 'a'`);
    await synapse.set(alice, 'after', '{}');
    await follow.until(({ appended }) => appended === 3);
    expect(follow.health().parkedRows.map(({ type, code }) => [type, code])).toEqual([['a', 'duplicate_key']]);
    expect(ours.engine.get(alice, null, 'a')?.content).toEqual({ n: 1 });
  });

  test('has rows that this log can not hold: they are parked by name, in the snapshot and later, until they can be held', async () => {
    const synapse = await synapseOn(server);
    await synapse.set(alice, 'before', '{"n":9007199254740993}');
    const ours = await openEngine();
    const first = startFollow(synapse, ours, { excludeTypes: ['left.out'] });
    await first.until(({ phase }) => phase === 'following');
    await synapse.set(alice, 'kept', '{"f": 1.0, "e": 1e2, "nul": "\\u0000", "a": "\\u00e9"}');
    await synapse.set(alice, 'twice', '{"a":1,"a":2}');
    await synapse.set(alice, 'half', '{"a":"\\ud800"}', room);
    await synapse.set(alice, 'left.out', '{"a":1}');
    await synapse.set(alice, '\ufeffmarked', '{"n":1}');
    await synapse.sql(`INSERT INTO room_tags VALUES ('${alice}', '${room}', 'u.tag', '{"order":7}')`);
    await first.until(({ parked }) => parked === 4);
    expect(first.health().parkedRows.map(({ table, type, code, path }) => [table, type, code, path])).toEqual([
      ['account_data', 'before', 'inexact_number', '/content/n'],
      ['account_data', 'twice', 'duplicate_key', '/content/a'],
      ['room_account_data', 'half', 'invalid_string', '/content/a'],
      ['room_tags', 'u.tag', 'invalid_tag_order', '/content/order'],
    ]);
    expect(ours.engine.get(alice, null, 'kept')?.content).toEqual({ f: 1, e: 100, nul: '\0', a: 'é' });
    expect(ours.engine.get(alice, null, '\ufeffmarked')?.content).toEqual({ n: 1 });
    await first.close();
    const second = startFollow(synapse, ours, { excludeTypes: ['left.out'] });
    await second.until(({ phase }) => phase === 'following');
    expect(second.health().parked).toBe(4);
    await synapse.set(alice, 'twice', '{"a":3}');
    await synapse.sql('DELETE FROM room_tags');
    await second.until(({ parked }) => parked === 2);
    expect(ours.engine.get(alice, null, 'twice')?.content).toEqual({ a: 3 });
    expect(ours.engine.get(alice, null, 'left.out')).toBeUndefined();
    expect(await second.release(bob)).toEqual({ rows: 0, changes: 0 });
    expect(await second.release(alice)).toEqual({ rows: 2, changes: 0 });
    expect(second.health().parked).toBe(0);
    await second.close();
    const third = startFollow(synapse, ours, { excludeTypes: ['left.out'] });
    await third.until(({ phase }) => phase === 'following');
    expect(third.health().parked).toBe(0);
    third.compare();
    await third.until(({ parked, phase }) => parked === 2 && phase === 'following');
  });

  test('does not send a large content that an update leaves as it is: it is what is here', async () => {
    const synapse = await synapseOn(server);
    const ours = await openEngine();
    const follow = startFollow(synapse, ours);
    await follow.until(({ phase }) => phase === 'following');
    const large = JSON.stringify({ a: Array.from({ length: 4_000 }, (_, n) => n * 7_919) });
    await synapse.set(alice, 'large', large);
    await synapse.sql('UPDATE account_data SET stream_id = stream_id + 1');
    // The key of a row may change, too.
    await synapse.sql("UPDATE account_data SET account_data_type = 'other', content = '{}' || repeat(' ', 10)");
    await synapse.set(alice, 'end', '{"n":1}');
    await follow.until(() => ours.engine.get(alice, null, 'end') !== undefined);
    const { entries } = await ours.engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ type, content }) => [type, JSON.stringify(content)])).toEqual([
      ['large', large],
      ['large', large],
      ['large', '{}'],
      ['other', '{}'],
      ['end', '{"n":1}'],
    ]);
  });

  test('is followed by an account with the least rights, once the owner has published the tables', async () => {
    const synapse = await synapseOn(server);
    await synapse.sql('CREATE ROLE "the follower" LOGIN');
    const ours = await openEngine();
    const asFollower = { connectionString: synapse.connectionString.replace('//synapse@', '//the%20follower@') };
    const follow = startFollow(asFollower, ours);
    // What is told is what has to be run, to the letter, by whom it is said.
    for (const code of ['may_not_replicate', 'may_not_read', 'no_publication']) {
      await follow.until(({ problem }) => problem?.code === code);
      for (const statement of follow.health().problem?.statements ?? []) await synapse.sql(statement);
    }
    await follow.until(({ phase }) => phase === 'following');
    await synapse.set(alice, 'a', '{"n":1}');
    await follow.until(() => ours.engine.get(alice, null, 'a') !== undefined);
    await follow.until(({ behindBytes, retainedBytes, walStatus }) => behindBytes !== undefined && retainedBytes !== undefined && walStatus === 'reserved');
  });

  test('is polled where nothing is set: what rows hold at each look is in the log, deletions too, once', async () => {
    const synapse = await synapseOn(server, { isPrepared: false });
    await synapse.set(alice, 'a', '{"n":0}');
    const ours = await openEngine();
    const open = () => pollFollow({ postgres: synapse.connectionString }, ours);
    const first = open();
    await first.until(({ phase }) => phase === 'following');
    await synapse.set(alice, 'a', '{"n":1}');
    await synapse.set(alice, 'a', '{"n":2}');
    await synapse.set(alice, 'odd', '{"n":NaN}');
    await synapse.sql(`INSERT INTO room_tags VALUES ('${alice}', '${room}', 'u.a', '{}')`);
    first.compare();
    await first.until(({ parked }) => parked === 1 && ours.engine.tags(alice, room) !== undefined);
    await first.close();
    await synapse.sql('DELETE FROM account_data');
    await synapse.sql(`INSERT INTO erased_users VALUES ('${bob}')`);
    const second = open();
    await second.until(({ phase, parked }) => phase === 'following' && parked === 0);
    // Workers commit out of order: one that took its place before what was seen at a look may commit after it.
    const [late, busy] = [1_000, '!busy:example.org'];
    await synapse.sql(`INSERT INTO room_account_data VALUES ('${alice}', '${busy}', 'early', ${String(late + 1)}, '{"n":1}')`);
    second.compare();
    await second.until(() => ours.engine.get(alice, busy, 'early') !== undefined);
    await synapse.sql(`INSERT INTO room_account_data VALUES ('${alice}', '${busy}', 'late', ${String(late)}, '{"n":2}')`);
    second.compare();
    await second.until(() => ours.engine.get(alice, busy, 'late') !== undefined);
    const { entries } = await ours.engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ content, origin }) => [content, origin])).toEqual([
      [{ n: 0 }, 'synapse'],
      [{ n: 2 }, 'synapse'],
      [{}, 'synapse'],
      [{ n: 1 }, 'synapse'],
      [{ n: 2 }, 'synapse'],
    ]);
    expect(second.health()).toMatchObject({ way: 'polling', appended: 3 });
  });

  test('makes the changes that are asked for here; one that others made as well, or whose answer a crash took, is said to be its own', async () => {
    const synapse = await synapseOn(server);
    const { sql, set } = synapse;
    // A homeserver as far as it is asked: what it does before it answers, the test says.
    let work = (content: string): Promise<void> => set(alice, 'a', content);
    const commands = new HomeserverCommands({
      baseUrl: 'http://homeserver.example.org',
      token: 'as',
      fetch: async (_url, { body }) => {
        await work(body ?? '');
        return { status: 200, text: () => Promise.resolve('{}') };
      },
      runtime: systemRuntime,
    });
    const ours = await openEngine(undefined, { followedServer: 'example.org', askHomeserver: commands.ask });
    const { engine } = ours;
    const actor = { kind: 'service', id: 'settings' } as const;
    const ask = (content: object) => engine.setAccountData(alice, null, 'a', content, { actor });
    await expect(ask({ n: 0 })).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    const follow = startFollow(synapse, ours, { commands });
    await follow.until(({ phase }) => phase === 'following');
    // Another user's changes come and go while one waits; so does a commit that its client did not wait for.
    work = async (content) => {
      await set(bob, 'b', content);
      await sql(`BEGIN; SET LOCAL synchronous_commit = off; INSERT INTO account_data VALUES ('${alice}', 'a', 900, '${content}') ON CONFLICT (user_id, account_data_type) DO UPDATE SET content = EXCLUDED.content; COMMIT`);
      await set(bob, 'b', content);
    };
    const first = await ask({ n: 1 });
    await expect(engine.batch(alice, [{ _tag: 'DeleteAccountData', roomId: null, type: 'a' }, { _tag: 'DeleteAccountData', roomId: null, type: 'b' }])).rejects.toMatchObject({ code: 'invalid_batch' });
    work = async (content) => {
      await set(alice, 'a', content);
      await set(alice, 'a', content);
    };
    const second = await ask({ n: 2 });
    work = () => Promise.resolve();
    expect(await ask({ n: 3 })).toMatchObject({ revisions: [] });
    work = async (content) => {
      await set(alice, 'a', content);
      await follow.close();
    };
    await expect(ask({ n: 4 })).rejects.toMatchObject({ code: 'homeserver_unconfirmed' });
    const again = startFollow(synapse, ours, { commands });
    await again.until(() => engine.get(alice, null, 'a')?.content['n'] === 4);
    const { entries } = await engine.history(alice, { direction: 'forwards' });
    const homeserver = { kind: 'synapse', id: 'example.org' };
    expect(entries.map((entry) => [entry.content, entry.actor])).toEqual([
      [{ n: 1 }, actor],
      [{ n: 2 }, homeserver],
      [{ n: 2 }, homeserver],
      [{ n: 4 }, homeserver],
    ]);
    expect([first.revision, second.revision]).toEqual([entries[0]?.revision, entries[2]?.revision]);
  });

  test('goes on through an upgrade of its schema; one that replaces an index is told, with what to set again', async () => {
    const synapse = await synapseOn(server);
    const { sql, set } = synapse;
    const ours = await openEngine();
    const { engine } = ours;
    const follow = startFollow(synapse, ours);
    await follow.until(({ phase }) => phase === 'following');
    await set(alice, 'a', '{"n":1}');
    // As Synapse's deltas do, also on tables that have rows.
    await sql(`ALTER TABLE account_data ADD COLUMN added_by TEXT; ALTER TABLE room_account_data ADD COLUMN added_by TEXT NOT NULL DEFAULT 'master';
      ALTER TABLE room_tags ADD COLUMN added_ts BIGINT; CREATE INDEX account_data_added_by_idx ON account_data (added_by, stream_id)`);
    await set(alice, 'a', '{"n":2}');
    await sql(`INSERT INTO room_account_data (user_id, room_id, account_data_type, stream_id, content) VALUES ('${alice}', '${room}', 'b', 9, '{"n":3}');
      INSERT INTO room_tags (user_id, room_id, tag, content, added_ts) VALUES ('${alice}', '${room}', 'u.a', '{}', 1); DELETE FROM account_data`);
    await follow.until(() => engine.tags(alice, room) !== undefined && engine.list(alice).length === 1);
    const { entries } = await engine.history(alice, { direction: 'forwards' });
    expect(entries.map(({ type, content }) => [type, content])).toEqual([['a', { n: 1 }], ['a', { n: 2 }], ['b', { n: 3 }], ['a', {}]]);
    const identities = await sql("SELECT relname, relreplident FROM pg_class WHERE relname IN ('account_data', 'room_account_data', 'room_tags') ORDER BY 1");
    expect(identities.map(({ relreplident }) => relreplident)).toEqual(['i', 'i', 'i']);

    await sql('ALTER TABLE account_data DROP CONSTRAINT account_data_uniqueness; ALTER TABLE account_data ADD CONSTRAINT account_data_uniqueness_2 UNIQUE (user_id, account_data_type)');
    // The database refuses this to Synapse, too, until it is set again.
    await expect(set(alice, 'a', '{"n":5}')).rejects.toMatchObject({ code: '55000' });
    const statements = (await checkPostgres({ serverName: 'example.org', connectionString: synapse.connectionString, slot: 'any', publication: 'account_data_engine' })).flatMap((finding) => finding.statements);
    expect(statements).toContain('ALTER TABLE account_data REPLICA IDENTITY USING INDEX account_data_uniqueness_2;');
    for (const statement of statements) await sql(statement);
    await set(alice, 'a', '{"n":6}');
    await follow.until(() => engine.get(alice, null, 'a')?.content['n'] === 6);
    expect(follow.health().resynchronised).toHaveLength(1);
  });

  test("that is another homeserver's is neither published nor taken over, whichever way it is followed, nor are the users here deleted for it", async () => {
    const synapse = await synapseOn(server, { isPrepared: true });
    await synapse.set('@alice:other.example', 'a', '{"n":1}');
    const ours = await openEngine();
    await ours.engine.setAccountData(alice, null, 'kept', { n: 1 });
    const follows = [startFollow(synapse, ours), pollFollow({ postgres: synapse.connectionString }, ours)];
    const connection = { serverName: 'example.org', connectionString: synapse.connectionString, slot: 'any', publication: 'account_data_engine' };
    for (const follow of follows) await follow.until(({ problem }) => problem?.code === 'other_homeserver');
    expect(follows[0]?.health().problem?.message).toContain('users of other.example');
    expect(await synapse.sql('SELECT pubname AS name FROM pg_publication UNION ALL SELECT slot_name FROM pg_replication_slots WHERE database = current_database()')).toEqual([]);
    expect([ours.engine.list(alice).length, ours.engine.list('@alice:other.example').length]).toEqual([1, 0]);
    expect((await checkPostgres(connection)).map(({ severity, code }) => [severity, code])).toEqual([['error', 'other_homeserver']]);
    expect(await checkPostgres({ ...connection, serverName: 'other.example' })).toMatchObject([{ code: 'no_publication' }, { code: 'no_slot' }]);
    // One row of a user of this server is enough: it is this server's.
    await synapse.set(alice, 'a', '{"n":2}');
    for (const follow of follows) await follow.close();
    const again = startFollow(synapse, ours);
    await again.until(({ phase }) => phase === 'following');
    expect(ours.engine.get(alice, null, 'a')?.content).toEqual({ n: 2 });
  });

  test('is looked at before it is polled: what the account may not read is told, with what to run', async () => {
    const synapse = await synapseOn(server, { isPrepared: false });
    await synapse.sql(`DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'Only Reads') THEN CREATE ROLE "Only Reads" LOGIN; END IF; END $$`);
    const postgres = synapse.connectionString.replace('//synapse@', '//Only%20Reads@');
    const look = () => checkPolled({ postgres }, 'example.org');
    const [refused] = await look();
    expect(refused).toMatchObject({ severity: 'error', code: 'may_not_read' });
    for (const statement of refused?.statements ?? []) await synapse.sql(statement);
    expect(await look()).toMatchObject([{ severity: 'info', code: 'rows_readable' }]);
    await synapse.sql('ALTER TABLE room_tags RENAME TO kept_elsewhere');
    expect(await look()).toMatchObject([{ severity: 'error', code: 'not_synapse', message: expect.stringContaining('room_tags') as string }]);
    await expect(checkPolled({ postgres: postgres.replace(/[^/]+$/, 'absent') }, 'example.org')).rejects.toMatchObject({ code: '3D000' });
  });

  test('whose table was emptied is compared', async () => {
    const synapse = await synapseOn(server);
    const ours = await openEngine();
    const follow = startFollow(synapse, ours);
    await follow.until(({ phase }) => phase === 'following');
    await synapse.set(alice, 'a', '{"n":1}');
    await synapse.sql('TRUNCATE account_data');
    await synapse.set(alice, 'b', '{"n":1}');
    await follow.until(() => ours.engine.get(alice, null, 'b') !== undefined && ours.engine.get(alice, null, 'a') === undefined);
  });

  test('without logical WAL is not followed, and what to set is told', async () => {
    const own = await startPostgres(programs ?? '', {});
    onTestFinished(() => own.stop());
    const synapse = await synapseOn(own);
    const follow = startFollow(synapse, await openEngine());
    await follow.until(({ problem }) => problem?.code === 'wal_level');
    for (const statement of follow.health().problem?.statements ?? []) await synapse.sql(statement);
    await own.shutDown();
    await own.start();
    await follow.until(({ phase }) => phase === 'following');
  });
});

/** A store in memory in which writing down progress fails a number of times. */
const refusingProgress = (): { readonly store: EventStore; readonly refuse: (times: number) => void; readonly refused: () => number } => {
  const store = createInMemoryEventStore({ runtime: systemRuntime });
  let left = 0;
  let refused = 0;
  return {
    store: {
      ...store,
      append: (stream, events, expected) => {
        if (left === 0 || stream !== streamNames().follow('example.org')) return store.append(stream, events, expected);
        left -= 1;
        refused += 1;
        return TE.left({ _tag: 'StoreUnavailable', code: 'store_unavailable', message: 'The test refuses it.', cause: undefined });
      },
    },
    refuse: (times) => {
      left = times;
    },
    refused: () => refused,
  };
};
