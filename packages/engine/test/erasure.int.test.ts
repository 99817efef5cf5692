import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, type ErasureStep, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const secret = 'what-nobody-else-has-7c1f';

/** The files under a folder that hold a text. */
const filesWith = async (folder: string, text: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
};

const openIn = async (folder: string, steps: ReadonlyArray<ErasureStep> = []): Promise<AccountDataEngine> => {
  const opened = await openLmdbEventStore({ path: join(folder, 'log'), runtime: systemRuntime })();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const store = opened.right;
  const compaction: ErasureStep = {
    step: 'log',
    run: async () => {
      const compacted = await store.compact()();
      if (E.isLeft(compacted)) throw new Error(compacted.left.code);
      return { removed: ['the bytes'], remains: [] };
    },
  };
  const engine = await createAccountDataEngine({
    store,
    projectionStorage: lmdbProjectionStorage({ path: join(folder, 'projection') }),
    erasureSteps: [...steps, compaction],
  });
  return {
    ...engine,
    close: async () => {
      await engine.close();
      await store.close();
    },
  };
};

const fill = async (engine: AccountDataEngine): Promise<void> => {
  for (let i = 0; i < 50; i += 1) await engine.setAccountData(alice, null, `t${String(i % 5)}`, { secret, i });
  await engine.setTag(alice, '!r:example.org', 'u.work', { secret });
  for (let i = 0; i < 50; i += 1) await engine.setAccountData('@bob:example.org', null, 't', { i });
};

const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'erasure-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test('no file of the data folder holds a byte of an erased user’s content', async () => {
  const folder = await makeFolder();
  const engine = await openIn(folder);
  await fill(engine);
  await engine.projection.flush();
  expect((await filesWith(folder, secret)).length).toBeGreaterThan(1);
  const receipt = await engine.eraseUser(alice);
  expect(receipt.steps.map(({ step }) => step)).toEqual(['streams', 'rooms', 'log', 'projection', 'redactions', 'modules']);
  await engine.close();
  expect(await filesWith(folder, secret)).toEqual([]);
  const again = await openIn(folder);
  expect(again.get('@bob:example.org', null, 't')?.content).toEqual({ i: 49 });
  await expect(again.setAccountData(alice, null, 't', {})).rejects.toMatchObject({ code: 'user_erased' });
  await again.close();
});

test('of two erasures at once each receipt is true: no file holds a byte of either user', async () => {
  const folder = await makeFolder();
  const engine = await openIn(folder);
  await fill(engine);
  const carol = '@carol:example.org';
  await engine.setAccountData(carol, null, 't', { secret });
  await engine.projection.flush();
  const receipts = await Promise.all([engine.eraseUser(alice), engine.eraseUser(carol)]);
  for (const { steps } of receipts) {
    const projection = steps.find(({ step }) => step === 'projection');
    expect(projection).toMatchObject({ removed: [expect.stringContaining('its bytes')], remains: [] });
  }
  expect(await filesWith(folder, secret)).toEqual([]);
  await engine.close();
});

test('an erasure waits for a rebuild that is running, and is complete only after it', async () => {
  const folder = await makeFolder();
  const engine = await openIn(folder);
  await fill(engine);
  await engine.projection.flush();
  const rebuilding = engine.projection.rebuild()();
  const receipt = await engine.eraseUser(alice);
  expect(E.isRight(await rebuilding)).toBe(true);
  expect(receipt.steps.find(({ step }) => step === 'projection')).toMatchObject({ remains: [] });
  expect(await filesWith(folder, secret)).toEqual([]);
  await engine.close();
});

test('an old projection whose files are brought back after an erasure shows nothing, and is rid of the bytes', async () => {
  const folder = await makeFolder();
  const backup = await makeFolder();
  const before = await openIn(folder);
  await fill(before);
  await before.close();
  await cp(join(folder, 'projection'), backup, { recursive: true });
  const erasing = await openIn(folder);
  await erasing.eraseUser(alice);
  await erasing.close();
  await rm(join(folder, 'projection'), { recursive: true });
  await cp(backup, join(folder, 'projection'), { recursive: true });
  expect((await filesWith(folder, secret)).length).toBeGreaterThan(0);
  const engine = await openIn(folder);
  expect(engine.list(alice)).toEqual([]);
  expect(engine.tags(alice, '!r:example.org')).toBeUndefined();
  expect((await engine.history(alice)).entries).toEqual([]);
  expect(engine.get('@bob:example.org', null, 't')?.content).toEqual({ i: 49 });
  await expect.poll(() => filesWith(folder, secret), { timeout: 15_000 }).toEqual([]);
  const verified = await engine.projection.verify()();
  expect(E.isRight(verified) && verified.right.equal).toBe(true);
  await engine.close();
});

test('an erasure that was cut off is finished by the next start', async () => {
  const folder = await makeFolder();
  const failing: ErasureStep = { step: 'broken', run: () => Promise.reject(new Error('the disk is full')) };
  const engine = await openIn(folder, [failing]);
  await fill(engine);
  await expect(engine.eraseUser(alice)).rejects.toMatchObject({ code: 'erasure_incomplete', error: { step: 'broken' } });
  expect(engine.list(alice)).toEqual([]);
  await engine.close();
  expect((await filesWith(folder, secret)).length).toBeGreaterThan(0);
  const next = await openIn(folder);
  await next.close();
  expect(await filesWith(folder, secret)).toEqual([]);
});

test('an old projection, a rebuild and a second erasure bring nothing back', async () => {
  const folder = await makeFolder();
  const engine = await openIn(folder);
  await fill(engine);
  await engine.eraseUser(alice);
  expect(E.isRight(await engine.projection.rebuild()())).toBe(true);
  expect(engine.list(alice)).toEqual([]);
  expect((await engine.eraseUser(alice)).final).toBe(true);
  const verified = await engine.projection.verify()();
  expect(E.isRight(verified) && verified.right.equal).toBe(true);
  await engine.close();
});
