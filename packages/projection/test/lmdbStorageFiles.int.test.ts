import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { lmdbProjectionStorage } from '../src/index.js';
import { checkLmdbFile } from '../src/storage/checkLmdbFile.js';
import { takeClosedMark } from '../src/storage/closedMark.js';
import { alice, Log, openProjection, right, room } from './harness.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const filled = async (path: string): Promise<Log> => {
  const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
  await log.create();
  for (let n = 0; n < 400; n += 1) {
    await log.set(n % 2 === 0 ? alice : `@u${n}:example.org`, n % 3 === 0 ? room : null, `t${n % 30}`, { n, text: 'x'.repeat(n * 13) });
  }
  const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
  expect(await projection.waitUntilReady(10_000)).toBe(true);
  await projection.close();
  return log;
};

const dataFile = (path: string): string => join(path, 'generation-1', 'data.mdb');

const damages: Readonly<Record<string, (file: string) => void>> = {
  'was cut off': (file) => {
    truncateSync(file, Math.floor(statSync(file).size / 2));
  },
  'was cut off within its first page': (file) => {
    truncateSync(file, 1_000);
  },
  'is something else': (file) => {
    writeFileSync(file, 'This is no database. '.repeat(5_000));
  },
  'was overwritten in the middle': (file) => {
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 8_192, bytes.length - 8_192);
    writeFileSync(file, bytes);
  },
  'was overwritten with zeros behind its beginning': (file) => {
    const bytes = readFileSync(file);
    bytes.fill(0, 8_192);
    writeFileSync(file, bytes);
  },
};

describe('the files of a projection', () => {
  it('are for its user alone, also where the version before made them for all to read', async () => {
    const path = join(temporaryFolder(), 'projection');
    const log = await filled(path);
    const all = (): ReadonlyArray<string> => [path, ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))];
    const modes = (): ReadonlyArray<number> => all().map((name) => statSync(name).mode & 0o077);
    expect(new Set(modes())).toEqual(new Set([0]));
    for (const name of all()) chmodSync(name, statSync(name).isDirectory() ? 0o755 : 0o644);
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
    expect(new Set(modes())).toEqual(new Set([0]));
    await projection.close();
  });
});

describe('a projection whose file is damaged', () => {
  it.each(Object.keys(damages))('that %s is built anew, loudly', async (name) => {
    const path = temporaryFolder();
    const log = await filled(path);
    damages[name]?.(dataFile(path));
    const logged: Array<string> = [];
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }), {
      logger: { log: (level, message) => logged.push(`${level}: ${message}`) },
    });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^error: The projection is built anew from the log: it is damaged: /);
    expect(await projection.waitUntilReady(10_000)).toBe(true);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    expect(existsSync(join(path, 'generation-1'))).toBe(false);
    await projection.close();
    const again = await openProjection(log.store, lmdbProjectionStorage({ path }));
    expect(again.get(alice, null, 't2')).toBeDefined();
    await again.close();
  });

  it('is opened as it is where nothing is wrong', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    expect(await checkLmdbFile(dataFile(path))).toBeUndefined();
    const logged: Array<string> = [];
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }), { logger: { log: (_level, message) => logged.push(message) } });
    expect(projection.get(alice, null, 't2')).toBeDefined();
    expect(logged).toEqual([]);
    await projection.close();
  });

  it('is looked at page by page unless it is as it was closed', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    const folder = join(path, 'generation-1');
    const marked = readFileSync(join(folder, 'CLOSED'), 'utf8');
    expect(await takeClosedMark(folder, 'data.mdb')).toBe(true);
    // Whoever does not close it in order leaves no mark.
    expect(await takeClosedMark(folder, 'data.mdb')).toBe(false);
    writeFileSync(join(folder, 'CLOSED'), marked);
    damages['was overwritten in the middle']?.(dataFile(path));
    expect(await takeClosedMark(folder, 'data.mdb')).toBe(false);
    expect(await checkLmdbFile(dataFile(path), 'header')).toBeUndefined();
    expect(await checkLmdbFile(dataFile(path))).toMatch(/overwritten/);
    damages['was cut off']?.(dataFile(path));
    expect(await checkLmdbFile(dataFile(path), 'header')).toMatch(/cut off/);
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
    expect(existsSync(join(path, 'generation-2', 'CLOSED'))).toBe(false);
    await projection.close();
    expect(existsSync(join(path, 'generation-2', 'CLOSED'))).toBe(true);
  });

  it('never touches what is not its own in the folder', async () => {
    const path = temporaryFolder();
    mkdirSync(join(path, 'photos'));
    writeFileSync(join(path, 'photos', 'cat.jpg'), 'meow');
    writeFileSync(join(path, 'CURRENT'), 'nonsense');
    const log = await filled(path);
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
    await right(projection.rebuild());
    await projection.close();
    expect(readdirSync(path).sort()).toEqual(['CURRENT', 'LOCK', 'generation-2', 'photos']);
    expect(readFileSync(join(path, 'photos', 'cat.jpg'), 'utf8')).toBe('meow');
  });

  it('says so where the folder can’t be written', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    const blocked = join(path, 'file');
    writeFileSync(blocked, '');
    chmodSync(blocked, 0o400);
    await expect(openProjection(log.store, lmdbProjectionStorage({ path: join(blocked, 'below') }))).rejects.toThrow(
      'projection_storage_unavailable',
    );
  });
});

describe('a rebuild on disk', () => {
  it('takes the place of the old generation, which is removed, and survives a restart', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
    await projection.waitUntilReady(10_000);
    const entries = projection.entries(alice);
    await right(projection.rebuild());
    expect(projection.entries(alice)).toEqual(entries);
    await log.set(alice, null, 'after', { n: 1 });
    await projection.close();
    expect(readdirSync(path).sort()).toEqual(['CURRENT', 'LOCK', 'generation-2']);
    const again = await openProjection(log.store, lmdbProjectionStorage({ path }));
    expect(again.get(alice, null, 'after')?.content).toEqual({ n: 1 });
    expect(await right(again.verify())).toMatchObject({ equal: true });
    expect(readdirSync(path).sort()).toEqual(['CURRENT', 'LOCK', 'generation-2']);
    await again.close();
  });

  it('is gone on with after a kill, and what a crash left behind is removed', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    const storage = lmdbProjectionStorage({ path });
    // As a rebuild that was killed, and a verification, leave them.
    expect(await storage.create()).toBe('generation-2');
    await storage.createTemporary();
    const projection = await openProjection(log.store, storage);
    expect(readdirSync(path).sort()).toEqual(['CURRENT', 'LOCK', 'generation-1', 'generation-2']);
    await right(projection.rebuild());
    expect(await storage.current()).toBe('generation-2');
    await projection.close();
    // As a crash between the swap and the removal leaves them.
    mkdirSync(join(path, 'generation-1'));
    await (await openProjection(log.store, storage)).close();
    expect(readdirSync(path).sort()).toEqual(['CURRENT', 'LOCK', 'generation-2']);
  });
});

/** All bytes of all files in a folder. */
const bytesOf = (path: string): Buffer =>
  Buffer.concat(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );

describe('erasure on disk', () => {
  it('leaves no byte of the user once the files are compacted', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
    await projection.waitUntilReady(10_000);
    for (let n = 0; n < 50; n += 1) await log.set('@mallory:example.org', null, `t${n}`, { secret: 'find-me' });
    await log.setTag('@mallory:example.org', room, 'u.find-me');
    await projection.flush();
    await log.erase('@mallory:example.org');
    await projection.flush();
    // What is removed from an LMDB file stays in it.
    expect(bytesOf(path).includes('find-me')).toBe(true);
    await right(projection.compact());
    expect(bytesOf(path).includes('find-me')).toBe(false);
    expect(projection.erased('@mallory:example.org')).toBe(true);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    await projection.close();
    expect(bytesOf(path).includes('find-me')).toBe(false);
  });
});

describe('a folder in use', () => {
  it('is refused to a second projection, until the first is closed', async () => {
    const path = temporaryFolder();
    const log = await filled(path);
    const projection = await openProjection(log.store, lmdbProjectionStorage({ path }));
    await expect(openProjection(log.store, lmdbProjectionStorage({ path }))).rejects.toThrow(/is in use/);
    await projection.close();
    await (await openProjection(log.store, lmdbProjectionStorage({ path }))).close();
  });
});
