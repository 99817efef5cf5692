import { postgresPrograms, startPostgres, synapseTables } from '@account-data/tests-postgres';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import {
  alice,
  announcement,
  announcementsOnceThere,
  bob,
  exampleConfig,
  loggedChanges,
  makeDataFolder,
  outputOf,
  runCommandLine,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

const programs = postgresPrograms();
const users = [alice, bob];
const rows = 360;

test.skipIf(programs === undefined)('a Synapse that is followed by processes that are killed is in the log exactly, and modules hear of each change', async () => {
  const server = await startPostgres(programs ?? '', { wal_level: 'logical' });
  onTestFinished(() => server.stop());
  const database = await server.createDatabase('synapse');
  const synapse = new pg.Client({ connectionString: database });
  await synapse.connect();
  await synapse.query(synapseTables);
  const folder = await makeDataFolder();
  onTestFinished(() => folder.remove());
  await folder.configure({ ...exampleConfig, server_name: 'example.org' });
  const options = ['--postgres', database];

  const unprepared = await runCommandLine(['follow-synapse', ...options, '--check'], { cwd: folder.path });
  expect([unprepared.code, unprepared.output]).toEqual([1, expect.stringContaining('(no_replica_identity)')]);
  for (const statement of unprepared.output.matchAll(/^ {2}(ALTER TABLE .*)$/gm)) await synapse.query(statement[1] ?? '');
  await outputOf(['follow-synapse', ...options, '--check'], { cwd: folder.path });

  const start = () => startServer(folder, { command: 'follow-synapse', args: options });
  const write = (serial: number): Promise<unknown> =>
    synapse.query(
      `INSERT INTO account_data VALUES ($1, 'org.example.n', $2, $3)
       ON CONFLICT (user_id, account_data_type) DO UPDATE SET stream_id = EXCLUDED.stream_id, content = EXCLUDED.content`,
      [users[serial % users.length], serial + 1, JSON.stringify({ serial })],
    );
  let follower = await start();
  // The first rows may be part of the snapshot, which has only what they hold then: written once it is followed.
  await waitUntil('the homeserver to be followed', async () =>
    (await (await fetch(`${follower.url}/metrics`)).text()).includes('account_data_follow_connected 1') ? true : undefined,
  );
  for (let serial = 0; serial < rows; serial += 1) {
    await write(serial);
    if (serial % 60 !== 59 || serial === rows - 1) continue;
    // Killed wherever it is, while rows are written, and started again.
    const killed = follower.killAtOnce();
    await write((serial += 1));
    await killed;
    await write((serial += 1));
    follower = await start();
  }
  for (const [index, user] of users.entries()) {
    const expected = Array.from({ length: rows / users.length }, (_, n) => ({ userId: user, serial: n * users.length + index }));
    const logged = await waitUntil(`all changes of ${user}`, async () => {
      const changes = await loggedChanges(folder, user).catch(() => []);
      return changes.length >= expected.length ? changes : undefined;
    });
    expect(logged).toEqual(expected);
  }
  const said = await announcementsOnceThere(folder, rows);
  const order = users.map((user) => said.filter((text) => text.startsWith(user)));
  expect(order).toEqual(
    users.map((user, index) =>
      Array.from({ length: rows / users.length }, (_, n) => announcement(user, 'org.example.n', { serial: n * users.length + index })),
    ),
  );
  // What is changed there is not changed here, by any way; others' data is.
  const path = (user: string) => `${follower.url}/_matrix/client/v3/user/${user}/account_data/org.example.n`;
  const put = await fetch(path(alice), { method: 'PUT', headers: { authorization: `Bearer ${tokens.alice}` }, body: '{"serial":-1}' });
  expect(put.status).toBe(403);
  expect(await put.text()).toMatch(/"M_FORBIDDEN".*example\.org is followed/);
  const doctor = ['doctor', '--json'];
  await folder.configure({ ...exampleConfig, server_name: 'example.org', follow: { synapse: { postgres: database } } });
  expect(await outputOf(doctor, { cwd: folder.path })).toMatch(/"code":"slot",.*it is read/);
  const command = await runCommandLine(['put', alice, 'org.example.n', '{"serial":-1}'], { cwd: folder.path });
  expect([command.code, command.errors]).toEqual([1, expect.stringContaining('(user_followed)')]);
  // What is not here is listed, and released by an operator.
  await synapse.query("INSERT INTO account_data VALUES ($1, 'odd', 999, '{\"n\":NaN}')", [alice]);
  const follow = async (...args: ReadonlyArray<string>) => JSON.parse(await outputOf(['follow', ...args, '--json', '--url', follower.url, '--token', tokens.admin], { cwd: folder.path })) as Readonly<Record<string, unknown>>;
  await waitUntil('the row to be parked', async () => ((await follow('status'))['parked'] === 1 ? true : undefined));
  expect(await follow('parked')).toMatchObject({ user_id: alice, room_id: null, table: 'account_data', type: 'odd', code: expect.any(String) as string });
  expect(await follow('release', alice)).toEqual({ rows: 1, changes: 0 });
  expect(await follow('status')).toMatchObject({ server_name: 'example.org', way: 'replication', phase: 'following', parked: 0, parked_rows: [], refused_users: [] });
  expect((await follower.stop()).code).toBe(0);
  await synapse.query("SELECT pg_drop_replication_slot('account_data_engine')");
  expect((await runCommandLine(doctor, { cwd: folder.path })).output).toContain('"code":"slot_missing"');
  await synapse.end();
});
