import { createAccountDataEngine } from '@account-data/engine';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../src/services/diagnose.js';
import { processWorld } from '../src/world/processWorld.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'account-data-doctor-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const world = processWorld();

const codes = async (options: { readonly dir?: string } = { dir }, env: Readonly<Record<string, string>> = {}): Promise<ReadonlyArray<string>> => {
  const found = await diagnose({ ...world, cwd: dir, env })(options)();
  if (E.isLeft(found)) throw new Error(found.left.message);
  return found.right.map(({ severity, code }) => `${severity} ${code}`);
};

/** A data folder as a server leaves it, with a change in it; `during` while it runs. */
const serveOnce = async (during: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
  const store = await openLmdbEventStore({ path: join(dir, 'log'), runtime: systemRuntime })();
  if (E.isLeft(store)) throw new Error(store.left.message);
  const engine = await createAccountDataEngine({ store: store.right, projectionStorage: lmdbProjectionStorage({ path: join(dir, 'projection') }) });
  await engine.setAccountData('@alice:example.org', null, 'org.example.theme', { theme: 'Xanadu' });
  await during();
  await engine.close();
  await store.right.close();
};

const filesOf = async (folder: string): Promise<ReadonlyArray<string>> => (await readdir(folder, { recursive: true })).sort();

describe('a look at a data folder', () => {
  it('where nothing is says so, and makes nothing', async () => {
    expect(await codes()).toEqual(['info log_free', 'error store_missing', 'info projection_missing']);
    expect(await filesOf(dir)).toEqual([]);
  });

  it('that a server left in order finds nothing wrong, and changes nothing', async () => {
    await serveOnce();
    const before = await filesOf(dir);
    expect(await codes()).toEqual(['info log_free', 'info log_opened', 'info projection_usable']);
    expect(await filesOf(dir)).toEqual(before);
  });

  it('that a server uses says who', async () => {
    await serveOnce(async () => {
      expect(await codes()).toEqual(['info log_owned', 'info log_opened', 'info projection_in_use']);
    });
  });

  it('finds a log that was cut off', async () => {
    await serveOnce();
    const [log = ''] = (await readdir(join(dir, 'log'))).filter((name) => name.endsWith('.mdb'));
    await truncate(join(dir, 'log', log), 5_000);
    expect(await codes()).toEqual(['info log_free', 'error store_foreign_file', 'info projection_usable']);
  });

  it('finds a bit of a change that flipped', async () => {
    await serveOnce();
    const [log = ''] = (await readdir(join(dir, 'log'))).filter((name) => name.endsWith('.mdb'));
    const bytes = await readFile(join(dir, 'log', log));
    // In each copy of it: older pages may hold one that is not read any more.
    for (let at = bytes.indexOf('Xanadu'); at >= 0; at = bytes.indexOf('Xanadu', at + 1)) bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(join(dir, 'log', log), bytes);
    expect(await codes()).toEqual(['info log_free', 'info log_opened', 'error store_damaged', 'info projection_usable']);
  });

  it('finds a damaged projection, which is no error: the log has everything', async () => {
    await serveOnce();
    const generation = (await readFile(join(dir, 'projection', 'CURRENT'), 'utf8')).trim();
    await truncate(join(dir, 'projection', generation, 'data.mdb'), 5_000);
    expect(await codes()).toEqual(['info log_free', 'info log_opened', 'warning projection_damaged']);
  });

  it('finds a projection of another log', async () => {
    await serveOnce();
    await rm(join(dir, 'log'), { recursive: true });
    const projection = join(dir, 'projection');
    const kept = join(dir, 'kept');
    await rename(projection, kept);
    await serveOnce();
    await rm(projection, { recursive: true });
    await rename(kept, projection);
    expect(await codes()).toContain('warning projection_of_other_log');
  });

  it('finds a token file that can not be read', async () => {
    await serveOnce();
    await writeFile(join(dir, 'tokens.json'), '{');
    expect(await codes()).toContain('error token_file_unusable');
  });
});

describe('a look at an EventStoreDB', () => {
  const rights = [
    ['may do everything', () => true, ['info connected', 'info log_opened', 'info log_new', 'info projection_missing']],
    ['may not read $all', ({ stream }: { stream: string }) => stream !== '$all', ['info connected', 'error may_not_read_all', 'info projection_missing']],
    ['may not delete', ({ action }: { action: string }) => action !== 'delete', ['info connected', 'warning may_not_delete', 'info log_opened', 'info log_new', 'info projection_missing']],
  ] as const;
  for (const [what, isAllowed, expected] of rights) {
    it(`whose account ${what} says so, and writes nothing`, async () => {
      const server = await startEventStoreDbDouble({ isAllowed });
      try {
        const before = server.log.records.length;
        expect(await codes({}, { EVENTSTOREDB_URL: server.connectionString })).toEqual(expected);
        expect(server.log.records).toHaveLength(before);
      } finally {
        await server.stop();
      }
    });
  }

  it('says that it can not be reached', async () => {
    expect(await codes({}, { EVENTSTOREDB_URL: 'esdb://127.0.0.1:1?tls=false' })).toEqual(['error unreachable', 'info projection_missing']);
  });

  it('is refused where the connection string is none, without repeating it', async () => {
    const found = await diagnose({ ...world, cwd: dir, env: { EVENTSTOREDB_URL: 'esdb://me:hunter2@' } })({})();
    expect(found).toMatchObject(E.left({ code: 'config_invalid' }));
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
