import { type ImportRefused, createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { postgresPrograms, startPostgres } from '@account-data/tests-postgres';
import { type Synapse, startSynapse, synapseEnvironment, titleOf } from '@account-data/tests-synapse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SynapseDatabase, openSynapsePostgres, openSynapseSqlite, synapseExport } from '../src/index.js';

const environment = await synapseEnvironment();
const programs = postgresPrograms();

/** Asks as a user, and demands that it is done. */
const asking = ({ url }: Synapse, token: string) => async (method: string, path: string, body?: string): Promise<unknown> => {
  const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
  return JSON.parse(text);
};

/** What two users have, as Synapse itself wrote it, and what Synapse answers when it is asked for it. */
const fill = async (synapse: Synapse): Promise<{ readonly room: string; readonly kept: ReadonlyMap<string, unknown> }> => {
  const alice = await synapse.register('alice');
  const carol = await synapse.register('carol');
  const admin = await synapse.register('admin', { isAdmin: true });
  const ask = asking(synapse, alice.accessToken);
  const { room_id: room } = (await ask('POST', '/_matrix/client/v3/createRoom', '{}')) as { readonly room_id: string };
  const user = `/_matrix/client/v3/user/${encodeURIComponent(alice.userId)}`;
  const inRoom = `${user}/rooms/${encodeURIComponent(room)}`;
  const contents = ['{"theme":"dark"}', '{"é":"\u{1F600}","n":[1,0.5,1e-7,1.0,null]}', '{"a":"\\u0000"}', '{"n":9007199254740991}'];
  const kept = new Map<string, unknown>();
  for (const [n, content] of contents.entries()) {
    await ask('PUT', `${user}/account_data/t${String(n)}`, '{"before":true}');
    await ask('PUT', `${user}/account_data/t${String(n)}`, content);
    kept.set(`t${String(n)}`, await ask('GET', `${user}/account_data/t${String(n)}`));
  }
  await ask('PUT', `${user}/account_data/deleted`, '{"a":1}');
  await ask('PUT', `${user}/account_data/deleted`, '{}');
  await ask('PUT', `${user}/account_data/large`, '{"n":9007199254740993}');
  await ask('PUT', `${inRoom}/account_data/org.example.pin`, '{"pinned":true}');
  await ask('PUT', `${inRoom}/tags/m.favourite`, '{"order":0.25}');
  await ask('PUT', `${inRoom}/tags/u.removed`, '{}');
  await ask('DELETE', `${inRoom}/tags/u.removed`);
  await asking(synapse, carol.accessToken)('PUT', `/_matrix/client/v3/user/${encodeURIComponent(carol.userId)}/account_data/t`, '{"a":1}');
  await asking(synapse, admin.accessToken)('POST', `/_synapse/admin/v1/deactivate/${encodeURIComponent(carol.userId)}`, '{"erase":true}');
  return { room, kept };
};

const imported = async (database: SynapseDatabase, { room, kept }: Awaited<ReturnType<typeof fill>>): Promise<void> => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
  onTestFinished(() => engine.close());
  const refused: Array<ImportRefused> = [];
  await engine.importLog(synapseExport(database, 'example.org'), { onRefused: (refusal) => refused.push(refusal) });
  await database.close();
  const alice = '@alice:example.org';
  const found = new Map(engine.list(alice).map(({ roomId, type, content }) => [`${roomId ?? ''}${type}`, content]));
  expect(Object.fromEntries(found)).toEqual({ ...Object.fromEntries(kept), [`${room}org.example.pin`]: { pinned: true } });
  expect(engine.tags(alice, room)?.tags).toEqual({ 'm.favourite': { order: 0.25 } });
  // What is no number here is named and left out; who was deactivated has nothing left in Synapse's database.
  expect(refused.map(({ record }) => [record?.userId, record?.type])).toEqual([[alice, 'large']]);
  expect(engine.list('@carol:example.org')).toEqual([]);
};

describe.skipIf(environment.missing !== undefined)(titleOf('a database that a real Synapse wrote', environment), () => {
  const start = async (database: 'sqlite' | { readonly postgres: string }): Promise<{ readonly folder: string; readonly synapse: Synapse }> => {
    const folder = await mkdtemp(join(tmpdir(), 'real-synapse-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const synapse = await startSynapse({ python: environment.python ?? '', folder, database });
    onTestFinished(synapse.stop);
    return { folder, synapse };
  };

  test('on SQLite is imported as Synapse answers it', { timeout: 120_000 }, async () => {
    const { folder, synapse } = await start('sqlite');
    const filled = await fill(synapse);
    await synapse.stop();
    await imported(openSynapseSqlite(join(folder, 'homeserver.db')), filled);
  });

  test.skipIf(programs === undefined)('on PostgreSQL is imported as Synapse answers it, while that runs', { timeout: 120_000 }, async () => {
    const server = await startPostgres(programs ?? '');
    onTestFinished(() => server.stop());
    const { synapse } = await start({ postgres: server.connectionString });
    await imported(await openSynapsePostgres(server.connectionString), await fill(synapse));
    await synapse.stop();
  });
});
