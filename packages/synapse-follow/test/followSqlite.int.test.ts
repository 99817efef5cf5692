import { startSynapse, synapseEnvironment, titleOf } from '@account-data/tests-synapse';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkPolled } from '../src/index.js';
import { alice, bob, openEngine, pollFollow, room } from './support/FollowedSynapse.js';

interface BuiltIn {
  readonly DatabaseSync: new (path: string) => { readonly exec: (sql: string) => void; readonly close: () => void };
}

/** Node's own, which Node 20 does not have. */
const builtIn = (): BuiltIn | undefined => {
  try {
    return createRequire(import.meta.url)('node:sqlite') as BuiltIn;
  } catch {
    return undefined;
  }
};

/** Synapse's tables in a file, in WAL mode. */
const synapseFile = async ({ DatabaseSync }: BuiltIn): Promise<{ readonly file: string; readonly sql: (text: string) => void; readonly close: () => void }> => {
  const folder = await mkdtemp(join(tmpdir(), 'synapse-sqlite-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'homeserver.db');
  // Open for as long as it is followed, as Synapse's is.
  const database = new DatabaseSync(file);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) database.close();
    isOpen = false;
  };
  onTestFinished(close);
  const sql = (text: string): void => {
    database.exec(text);
  };
  sql(`PRAGMA journal_mode = WAL; CREATE TABLE account_data (user_id TEXT NOT NULL, account_data_type TEXT NOT NULL, stream_id BIGINT NOT NULL, content TEXT NOT NULL, CONSTRAINT account_data_uniqueness UNIQUE (user_id, account_data_type));
    CREATE TABLE room_account_data (user_id TEXT NOT NULL, room_id TEXT NOT NULL, account_data_type TEXT NOT NULL, stream_id BIGINT NOT NULL, content TEXT NOT NULL, CONSTRAINT room_account_data_uniqueness UNIQUE (user_id, room_id, account_data_type));
    CREATE TABLE room_tags (user_id TEXT NOT NULL, room_id TEXT NOT NULL, tag TEXT NOT NULL, content TEXT NOT NULL, CONSTRAINT room_tag_uniqueness UNIQUE (user_id, room_id, tag));
    CREATE TABLE erased_users (user_id TEXT NOT NULL)`);
  return { file, sql, close };
};

test('a Synapse on SQLite is polled by a Node that has SQLite: what rows hold at each look is in the log, deletions and erasures too', async () => {
  const sqlite = builtIn();
  if (sqlite === undefined) {
    const follow = pollFollow({ sqlite: 'homeserver.db' }, await openEngine());
    await follow.until(({ phase }) => phase === 'waiting');
    expect(follow.health().problem).toMatchObject({ code: 'node_too_old', message: expect.stringContaining('22.13') as string });
    return;
  }
  const { file, sql } = await synapseFile(sqlite);
  sql(`INSERT INTO account_data VALUES ('${alice}', 'a', 1, '{"n":0}'), ('${bob}', 'a', 2, '{"n":0}'); INSERT INTO room_account_data VALUES ('${alice}', '${room}', 'a', 3, '{"é":1}')`);
  const ours = await openEngine();
  const follow = pollFollow({ sqlite: file }, ours);
  const { engine } = ours;
  await follow.until(({ phase }) => phase === 'following');
  expect(engine.list(alice).map(({ roomId, type, content }) => [roomId, type, content])).toEqual([[null, 'a', { n: 0 }], [room, 'a', { é: 1 }]]);
  sql(`UPDATE account_data SET content = '{"n":1}'; UPDATE account_data SET content = '{"n":2}'; DELETE FROM room_account_data;
    INSERT INTO room_tags VALUES ('${alice}', '${room}', 'u.a', '{}'); INSERT INTO account_data VALUES ('${alice}', 'odd', 9, '{"n":NaN}'); INSERT INTO erased_users VALUES ('${bob}')`);
  follow.compare();
  await follow.until(({ parked }) => parked === 1 && engine.tags(alice, room) !== undefined && engine.projection.erased(bob) && engine.get(alice, room, 'a') === undefined);
  const { entries } = await engine.history(alice, { direction: 'forwards' });
  expect(entries.map(({ type, content }) => [type, content])).toEqual([['a', { n: 0 }], ['a', { é: 1 }], ['a', { n: 2 }], ['a', {}]]);
  expect(follow.health()).toMatchObject({ way: 'polling', phase: expect.stringMatching(/following|comparing/) as string });
});

test('a file that is not that of the homeserver is told as what it is, before anything is taken of it', async () => {
  const sqlite = builtIn();
  // A Node without SQLite says only that.
  const code = (found: string): string => (sqlite === undefined ? 'node_too_old' : found);
  const folder = await mkdtemp(join(tmpdir(), 'no-synapse-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'text.db'), 'no database '.repeat(100));
  await writeFile(join(folder, 'empty.db'), '');
  for (const [name, found] of [['absent.db', 'no_database'], ['text.db', 'not_synapse'], ['empty.db', 'not_synapse']] as const) {
    expect(await checkPolled({ sqlite: join(folder, name) }, 'example.org')).toMatchObject([{ severity: 'error', code: code(found) }]);
  }
  if (sqlite === undefined) return;
  const { file, sql } = await synapseFile(sqlite);
  expect(await checkPolled({ sqlite: file }, 'example.org')).toMatchObject([{ severity: 'info', code: 'rows_readable' }]);
  sql(`INSERT INTO room_tags VALUES ('@alice:other.example', '${room}', 'u.a', '{}')`);
  expect(await checkPolled({ sqlite: file }, 'example.org')).toMatchObject([{ severity: 'error', code: 'other_homeserver' }]);
  const ours = await openEngine();
  const follow = pollFollow({ sqlite: file }, ours);
  await follow.until(({ problem }) => problem?.code === 'other_homeserver');
  expect(ours.engine.tags('@alice:other.example', room)).toBeUndefined();
});

const environment = await synapseEnvironment();
const users = ['alice', 'bob', 'carol', 'dave'];
const changes = 40;

// A Node without SQLite can't follow one: there is nothing to test then.
const sqlite = builtIn();
if (sqlite !== undefined) {
  test('a Synapse on SQLite that does not run is not looked at by another user, whose files it could not write', async () => {
    const { file, sql, close } = await synapseFile(sqlite);
    sql(`INSERT INTO account_data VALUES ('${alice}', 'a', 1, '{"n":0}')`);
    close();
    const another = vi.spyOn(process, 'geteuid').mockReturnValue(statSync(file).uid + 1);
    onTestFinished(() => {
      another.mockRestore();
    });
    const ours = await openEngine();
    const follow = pollFollow({ sqlite: file }, ours);
    await follow.until(({ phase }) => phase === 'waiting');
    expect(follow.health().problem).toMatchObject({ code: 'synapse_not_running' });
    expect(await readdir(dirname(file))).toEqual(['homeserver.db']);
    const running = new sqlite.DatabaseSync(file);
    onTestFinished(() => {
      running.close();
    });
    running.exec(`UPDATE account_data SET content = '{"n":1}'`);
    follow.compare();
    await follow.until(({ phase }) => phase === 'following');
    expect(ours.engine.get(alice, null, 'a')?.content).toEqual({ n: 1 });
  });

  describe.skipIf(environment.missing !== undefined)(titleOf('a real Synapse on SQLite', environment), () => {
    test('takes every change while it is read on and on: no write waits for a reader, and the log comes to what it holds', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'synapse-live-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const synapse = await startSynapse({ python: environment.python ?? '', folder, database: 'sqlite' });
      onTestFinished(() => synapse.stop());
      const registered = await Promise.all(users.map((name) => synapse.register(name)));
      const ours = await openEngine();
      const follow = pollFollow({ sqlite: join(folder, 'homeserver.db') }, ours);
      await follow.until(({ phase }) => phase === 'following');
      const isOver = new AbortController();
      // As soon as one look is over the next one begins.
      const again = follow.onChange(() => {
        if (!isOver.signal.aborted && follow.health().phase === 'following') follow.compare();
      });
      follow.compare();
      await Promise.all(
        registered.map(async ({ userId, accessToken }) => {
          for (let n = 1; n <= changes; n += 1) {
            const answer = await fetch(`${synapse.url}/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/org.example.n`, {
              method: 'PUT',
              headers: { authorization: `Bearer ${accessToken}` },
              body: JSON.stringify({ n }),
            });
            expect([answer.status, await answer.json()]).toEqual([200, {}]);
          }
        }),
      );
      await follow.until(() => registered.every(({ userId }) => ours.engine.get(userId, null, 'org.example.n')?.content['n'] === changes));
      isOver.abort();
      again();
      expect(follow.health().problem).toBeUndefined();
      expect(synapse.log()).not.toMatch(/locked|OperationalError/);
    });
  });
}
