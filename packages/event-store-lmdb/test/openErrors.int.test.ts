import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from './support/builtPackage.js';
import { allIds, named, newEvent, openRefused, openStore, right } from './support/openStore.js';
import { startStore } from './support/StoreProcess.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** A folder with a store of some events that nobody has open. */
const closedStore = async (events = 5): Promise<string> => {
  const path = join(temporaryFolder(), 'store');
  const store = await openStore(path);
  for (let count = 0; count < events; count += 1) await right(store.append(named('s'), [newEvent({ filling: 'x'.repeat(3_000) })], 'any'));
  await store.close();
  return path;
};

const logOf = (path: string): string => join(path, 'events-1.mdb');

describe('a store that can not be opened says why and what to do:', () => {
  it('the path is a file', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'text');
    const error = await openRefused(path);
    expect(error).toMatchObject({ code: 'store_foreign_file', path });
    expect(error.message).toContain('no folder');
  });

  it.each([
    ['text', 'This is no database.\n'.repeat(1_000)],
    ['a few bytes', 'abc'],
    ['random bytes', Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251))],
  ])('the log is no LMDB file (%s)', async (_what, content) => {
    const path = await closedStore();
    writeFileSync(logOf(path), content);
    expect(await openRefused(path)).toMatchObject({ code: 'store_foreign_file', path: logOf(path) });
    expect(await openRefused(path, 'read')).toMatchObject({ code: 'store_foreign_file' });
  });

  it('the log is an LMDB file of another program, which is left as it was', async () => {
    const path = temporaryFolder();
    const other = open<string, string>(logOf(path), { noSubdir: true, maxDbs: 4 });
    await other.openDB<string, string>('theirs', {}).put('key', 'value');
    await other.close();
    expect(await openRefused(path)).toMatchObject({ code: 'store_foreign_file', path: logOf(path) });
    const again = open<string, string>(logOf(path), { noSubdir: true, maxDbs: 4 });
    expect([...again.getKeys()]).toEqual(['theirs']);
    await again.close();
  });

  it('a newer version wrote it', async () => {
    const path = await closedStore();
    const current = JSON.parse(readFileSync(join(path, 'current'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(path, 'current'), JSON.stringify({ ...current, format: 99 }));
    const error = await openRefused(path);
    expect(error).toMatchObject({ code: 'store_format_newer' });
    expect(error.message).toContain('99');
    expect(error.message).toContain('newer version');
  });

  it('a newer version wrote the log itself', async () => {
    const path = await closedStore();
    const root = open<Buffer, string>(logOf(path), { noSubdir: true, encoding: 'binary', maxDbs: 8 });
    const meta = root.openDB<unknown, string>('meta', { encoding: 'json' });
    await meta.put('format', { ...(meta.get('format') as object), format: 99 });
    await root.close();
    expect(await openRefused(path)).toMatchObject({ code: 'store_format_newer', path: logOf(path) });
    expect(await openRefused(path, 'read')).toMatchObject({ code: 'store_format_newer' });
  });

  it('the pointer to the log is damaged', async () => {
    const path = await closedStore();
    writeFileSync(join(path, 'current'), '{"format":1');
    expect(await openRefused(path)).toMatchObject({ code: 'store_corrupt', path: join(path, 'current') });
    expect(await openRefused(path, 'read')).toMatchObject({ code: 'store_corrupt' });
  });

  it('the log is missing', async () => {
    const path = await closedStore();
    rmSync(logOf(path));
    expect(await openRefused(path)).toMatchObject({ code: 'store_corrupt', path: logOf(path) });
  });

  it('the log belongs to another store', async () => {
    const path = await closedStore();
    cpSync(logOf(await closedStore()), logOf(path));
    expect(await openRefused(path)).toMatchObject({ code: 'store_corrupt', path: logOf(path) });
  });

  it('the log was cut off', async () => {
    const path = await closedStore(60);
    truncateSync(logOf(path), 40_960);
    expect(await openRefused(path)).toMatchObject({ code: 'store_corrupt', path: logOf(path) });
    expect(await openRefused(path, 'read')).toMatchObject({ code: 'store_corrupt' });
  });

  it.each([
    ['is empty', 0, 0],
    ['is empty again up to its end', 65_536, 65_536],
    ['begins with zeros', 8_192, 0],
  ])('the log %s, though what is beside it tells of what it held', async (_what, zeros, end) => {
    const path = await closedStore(60);
    const before = readFileSync(logOf(path));
    const damaged = Buffer.concat([Buffer.alloc(zeros), end === zeros ? Buffer.alloc(0) : before.subarray(zeros)]);
    const lacking: ReadonlyArray<string> = ['', 'current', 'durable'];
    for (const missing of lacking) {
      const kept = missing === '' ? undefined : readFileSync(join(path, missing));
      writeFileSync(logOf(path), damaged);
      if (missing !== '') rmSync(join(path, missing));
      for (const mode of ['own', 'auto', 'read'] as const) {
        if (mode === 'read' && missing !== '') continue;
        const error = await openRefused(path, mode);
        expect(error).toMatchObject({ code: 'store_corrupt', path: logOf(path) });
        expect(error.message).toContain('a log was in use there');
      }
      expect(readFileSync(logOf(path)).equals(damaged)).toBe(true);
      if (kept !== undefined) writeFileSync(join(path, missing), kept);
    }
  });

  it('this process may not write the folder', async ({ skip }) => {
    skip(!isRoot, 'only root can run a process as another user');
    skip(spawnSync(process.execPath, ['-e', ''], { uid: nobody, gid: nobody, cwd: '/' }).status !== 0, 'another user can not run Node here');
    const path = await closedStore();
    chmodSync(join(path, '..'), 0o755);
    chmodSync(path, 0o755);
    const started = await startStore(path, { uid: nobody });
    expect(started).toMatchObject({ refused: { code: 'store_permission_denied' } });
  });
});

describe('a store that was being made when the process died', () => {
  it.each([
    ['before anything was in the file', (path: string) => { writeFileSync(logOf(path), ''); }],
    ['when its file had only been made longer', (path: string) => { writeFileSync(logOf(path), Buffer.alloc(65_536)); }],
    ['before the pointer to it was written', undefined],
  ])('%s, is made again or goes on', async (_when, damage) => {
    const path = await closedStore(0);
    rmSync(join(path, 'current'));
    rmSync(join(path, 'durable'));
    rmSync(`${logOf(path)}-lock`);
    damage?.(path);
    const store = await openStore(path);
    expect(await allIds(store)).toEqual([]);
    await right(store.append(named('s'), [newEvent()], 'no-stream'));
  });

  it('leaves no file of another generation behind', async () => {
    const path = await closedStore();
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'events-2.mdb'), 'half a compaction');
    const store = await openStore(path);
    expect(await allIds(store)).toHaveLength(5);
    expect(() => readFileSync(join(path, 'events-2.mdb'))).toThrow('ENOENT');
  });
});
