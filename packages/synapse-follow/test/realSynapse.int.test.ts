import { systemRuntime } from '@account-data/runtime';
import { postgresPrograms, startPostgres } from '@account-data/tests-postgres';
import { startSynapse, synapseEnvironment, type SynapseUser, titleOf } from '@account-data/tests-synapse';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HomeserverCommands } from '../src/index.js';
import { openEngine, startFollow } from './support/FollowedSynapse.js';
import { registerService, serviceToken } from './support/serviceRegistration.js';

const environment = await synapseEnvironment();
const programs = postgresPrograms();

describe.skipIf(environment.missing !== undefined || programs === undefined)(titleOf('a real Synapse on PostgreSQL', environment), () => {
  test('goes on writing while it is followed: all that its API changes is in the log, deactivations and erasures too', async () => {
    const server = await startPostgres(programs ?? '', { wal_level: 'logical' });
    onTestFinished(() => server.stop());
    const database = await server.createDatabase('synapse');
    const folder = await mkdtemp(join(tmpdir(), 'synapse-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const synapse = await startSynapse({ python: environment.python ?? '', folder, database: { postgres: database }, config: await registerService(folder) });
    onTestFinished(() => synapse.stop());
    const [alice, bob, carol] = [await synapse.register('alice'), await synapse.register('bob'), await synapse.register('carol', { isAdmin: true })];
    const call = async (user: SynapseUser, method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> => {
      const answer = await fetch(synapse.url + path, {
        method,
        headers: { authorization: `Bearer ${user.accessToken}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([path, answer.status]).toEqual([path, 200]);
      return (await answer.json()) as Readonly<Record<string, unknown>>;
    };
    const dataOf = (user: SynapseUser): string => `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}`;
    await call(alice, 'PUT', `${dataOf(alice)}/account_data/org.example.theme`, { theme: 'dark' });

    const commands = new HomeserverCommands({ baseUrl: synapse.url, token: serviceToken, fetch, runtime: systemRuntime });
    const ours = await openEngine(undefined, { followedServer: 'example.org', askHomeserver: commands.ask });
    const { engine } = ours;
    const follow = startFollow({ connectionString: database }, ours, { commands });
    await follow.until(({ problem }) => problem?.code === 'no_replica_identity');
    // Nothing was published: its updates and deletions go on.
    await call(alice, 'PUT', `${dataOf(alice)}/account_data/org.example.theme`, { theme: 'light' });
    const owner = new pg.Client({ connectionString: database });
    await owner.connect();
    const guide = await readFile(new URL('../../../docs/guides/from-synapse.md', import.meta.url), 'utf8');
    // What the guide says is what is to be done.
    const [, statements = ''] = /```sql\n(.*?)```/s.exec(guide) ?? [];
    for (const statement of follow.health().problem?.statements ?? []) expect(statements).toContain(statement);
    await owner.query(statements);
    await owner.end();
    await follow.until(({ phase }) => phase === 'following');
    expect(engine.get(alice.userId, null, 'org.example.theme')?.content).toEqual({ theme: 'light' });

    await call(alice, 'PUT', `${dataOf(alice)}/account_data/org.example.theme`, { theme: 'sepia', é: 2.5 });
    await call(alice, 'PUT', `${dataOf(alice)}/account_data/org.example.theme`, { theme: 'sepia', é: 2.5 });
    const { room_id: roomId } = (await call(alice, 'POST', '/_matrix/client/v3/createRoom', {})) as { readonly room_id: string };
    const room = encodeURIComponent(roomId);
    const { event_id: eventId } = await call(alice, 'PUT', `/_matrix/client/v3/rooms/${room}/send/m.room.message/1`, { msgtype: 'm.text', body: 'hello' });
    await call(alice, 'POST', `/_matrix/client/v3/rooms/${room}/read_markers`, { 'm.fully_read': eventId });
    await call(alice, 'PUT', `${dataOf(alice)}/rooms/${room}/account_data/org.example.pin`, { pinned: true });
    await call(alice, 'PUT', `${dataOf(alice)}/rooms/${room}/tags/m.favourite`, { order: 0.25 });
    await call(alice, 'PUT', `${dataOf(alice)}/rooms/${room}/tags/u.gone`, {});
    await call(alice, 'DELETE', `${dataOf(alice)}/rooms/${room}/tags/u.gone`);
    await call(bob, 'PUT', `${dataOf(bob)}/account_data/org.example.theme`, { theme: 'bob' });
    await call(carol, 'POST', `/_synapse/admin/v1/deactivate/${encodeURIComponent(bob.userId)}`, { erase: false });
    await follow.until(() => engine.list(bob.userId).length === 0 && engine.tags(alice.userId, roomId) !== undefined);

    const { entries } = await engine.history(alice.userId, { direction: 'forwards' });
    expect(entries.filter(({ type }) => !type.startsWith('m.push')).map(({ roomId: where, type, content }) => [where, type, content])).toEqual([
      [null, 'org.example.theme', { theme: 'light' }],
      [null, 'org.example.theme', { theme: 'sepia', é: 2.5 }],
      [null, 'org.example.theme', { theme: 'sepia', é: 2.5 }],
      [roomId, 'm.fully_read', { event_id: eventId }],
      [roomId, 'org.example.pin', { pinned: true }],
    ]);
    expect(engine.tags(alice.userId, roomId)?.tags).toEqual({ 'm.favourite': { order: 0.25 } });
    const ofBob = await engine.history(bob.userId, { direction: 'forwards' });
    expect(ofBob.entries.map(({ content }) => content)).toEqual([{ theme: 'bob' }, {}]);

    // What is asked for here is made there, comes back once, and keeps who asked.
    const actor = { kind: 'service', id: 'settings' } as const;
    const before = (await engine.history(alice.userId, { direction: 'forwards' })).entries;
    const theme = 'org.example.theme';
    await engine.setAccountData(alice.userId, null, theme, { theme: 'asked', n: 1e-7 }, { actor, reason: 'a test', requestKey: 'once' });
    expect(engine.get(alice.userId, null, theme)?.content).toEqual({ theme: 'asked', n: 1e-7 });
    expect(await engine.setAccountData(alice.userId, null, theme, { theme: 'asked', n: 1e-7 }, { actor, requestKey: 'once' })).toMatchObject({ repeated: true });
    await engine.restore(alice.userId, before[0]?.revision ?? ('0' as never), { actor });
    await engine.deleteAccountData(alice.userId, roomId, 'org.example.pin', { actor });
    await engine.setTag(alice.userId, roomId, 'u.asked', { order: 0.5 }, { actor });
    await engine.removeTag(alice.userId, roomId, 'm.favourite', { actor });
    expect(await engine.removeTag(alice.userId, roomId, 'u.never', { actor })).toMatchObject({ revisions: [] });
    const { entries: after } = await engine.history(alice.userId, { direction: 'forwards' });
    expect(after.slice(before.length).map((entry) => [entry.actor, entry.origin, entry.reason, entry.type, entry.content])).toEqual([
      [actor, 'synapse', 'a test', theme, { theme: 'asked', n: 1e-7 }],
      [actor, 'synapse', undefined, before[0]?.type, before[0]?.content],
      [actor, 'synapse', undefined, 'org.example.pin', {}],
    ]);
    expect(engine.tags(alice.userId, roomId)?.tags).toEqual({ 'u.asked': { order: 0.5 } });
    const ofTags = await engine.tagHistory(alice.userId, { direction: 'backwards' });
    expect(ofTags.entries.slice(0, 2).map((entry) => entry.actor)).toEqual([actor, actor]);
    expect(await (await fetch(`${synapse.url}${dataOf(alice)}/account_data/${theme}`, { headers: { authorization: `Bearer ${alice.accessToken}` } })).json()).toEqual(engine.get(alice.userId, null, theme)?.content);
    // Synapse knows no such user, and says so: nothing is here, either.
    await expect(engine.setAccountData('@nobody:example.org', null, theme, {})).rejects.toMatchObject({ code: 'homeserver_refused', message: expect.stringContaining('403 M_FORBIDDEN') as string });
    expect(engine.list('@nobody:example.org')).toEqual([]);

    await call(carol, 'POST', `/_synapse/admin/v1/deactivate/${encodeURIComponent(alice.userId)}`, { erase: true });
    await follow.until(() => engine.projection.erased(alice.userId));
    expect(engine.list(alice.userId)).toEqual([]);
    expect(follow.health()).toMatchObject({ phase: 'following', parked: 0 });
  });
});
