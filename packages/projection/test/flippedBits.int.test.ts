import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { open } from 'lmdb';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  inspectStorage,
  lmdbProjectionStorage,
  prefixRange,
  StorageDamaged,
  storageTables,
  type ProjectionStorage,
  type StorageProvider,
  type StorageTable,
} from '../src/index.js';
import { alice, bob, Log, openProjection, right, room, type OpenProjection } from './harness.js';
import { temporaryFolder } from './support/temporaryFolder.js';

/** A record as LMDB has it, its checksum included. */
interface RawRecord {
  readonly table: StorageTable;
  readonly key: string;
  readonly value: Buffer;
}

/** Replaces records of a storage that nobody has open; undefined leaves one as it is. Gives all that there were. */
const replaceRecords = async (folder: string, replace: (record: RawRecord) => Buffer | undefined): Promise<ReadonlyArray<RawRecord>> => {
  const root = open({ path: folder, maxDbs: storageTables.length + 1 });
  const found: Array<RawRecord> = [];
  for (const table of storageTables) {
    const database = root.openDB<Buffer, Buffer>({ name: table, encoding: 'binary', keyEncoding: 'binary' });
    for (const { key, value } of [...database.getRange()].map((one) => ({ key: Buffer.from(one.key), value: Buffer.from(one.value) }))) {
      const record = { table, key: key.toString('utf8'), value };
      found.push(record);
      const replaced = replace(record);
      if (replaced !== undefined) await database.put(key, replaced);
    }
  }
  await root.close();
  return found;
};

const flipped = (value: Buffer): Buffer => {
  const copy = Buffer.from(value);
  copy[copy.length >> 1] = copy.readUInt8(copy.length >> 1) ^ 4;
  return copy;
};

const stateOf = (projection: OpenProjection) => ({
  alice: projection.entries(alice, { includeDeleted: true }),
  bob: projection.entries(bob, { includeDeleted: true }),
  tags: projection.allTags(alice),
  heads: [projection.heads(alice), projection.heads(bob)],
  users: projection.users(),
});

const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
const original = mkdtempSync(join(tmpdir(), 'projection-'));
let state: ReturnType<typeof stateOf>;

beforeAll(async () => {
  await log.create();
  const requestKey = { key: 'k', fingerprint: 'f', index: 0, count: 1 };
  for (let n = 0; n < 150; n += 1) await log.set(alice, n % 2 === 0 ? null : room, `t${n % 3}`, { n }, n === 140 ? { requestKey } : {});
  for (let n = 0; n < 150; n += 1) await log.setTag(alice, room, `u.${n % 4}`, { order: 0.25 });
  await log.set(bob, null, 'a', { of: 'bob' });
  await log.set('@erased:example.org', null, 'a', { gone: true });
  await log.erase('@erased:example.org');
  await log.append(log.names.accountData(bob), { id: systemRuntime.random.uuid(), type: 'AccountDataUpdated', data: { broken: true }, metadata: {} });
  const projection = await openProjection(log.store, lmdbProjectionStorage({ path: original }));
  await projection.waitUntilReady(60_000);
  state = stateOf(projection);
  await projection.close();
});

afterAll(() => {
  rmSync(original, { recursive: true, force: true });
});

/** A copy of the filled storage. */
const copied = (): { readonly provider: StorageProvider; readonly path: string; readonly folder: string } => {
  const path = temporaryFolder();
  cpSync(original, path, { recursive: true });
  return { provider: lmdbProjectionStorage({ path }), path, folder: join(path, 'generation-1') };
};

/** Opens it, and tells what it logs; `logged` waits for a line. */
const opened = async (provider: StorageProvider) => {
  const messages: Array<string> = [];
  const waiting: Array<{ readonly line: RegExp; readonly resolve: () => void }> = [];
  const projection = await openProjection(log.store, provider, {
    logger: {
      log: (_level, message) => {
        messages.push(message);
        for (const { line, resolve } of waiting) if (line.test(message)) resolve();
      },
    },
  });
  const logged = (line: RegExp): Promise<void> =>
    new Promise((resolve) => {
      if (messages.some((message) => line.test(message))) resolve();
      else waiting.push({ line, resolve });
    });
  return { projection, messages, logged };
};

/** What all of the projection's reads answer, or that they say it is damaged: nothing else. */
const expectRightOrDamaged = (projection: OpenProjection): void => {
  const reads = [
    [() => projection.entries(alice, { includeDeleted: true }), state.alice],
    [() => projection.entriesPage(bob, { includeDeleted: true }).entries, state.bob],
    [() => projection.get(bob, null, 'a'), state.bob[0]],
    [() => projection.allTags(alice), state.tags],
    [() => projection.heads(alice), state.heads[0]],
    [() => projection.heads(bob), state.heads[1]],
    [() => projection.users(), state.users],
    [() => projection.revisionAt(alice, { time: 0 }), 'no-stream'],
    [() => projection.erased('@erased:example.org'), true],
  ] as const;
  for (const [read, expected] of reads) {
    let answer: unknown;
    try {
      answer = read();
    } catch (error) {
      expect(error).toBeInstanceOf(StorageDamaged);
      expect(projection.health()).toMatchObject({ ready: false, failed: { code: 'storage_damaged' } });
      continue;
    }
    expect(answer).toEqual(expected);
  }
};

const expectWhole = async (projection: OpenProjection): Promise<void> => {
  expect(await projection.waitUntilReady(60_000)).toBe(true);
  expect(stateOf(projection)).toEqual(state);
  expect(projection.health()).toMatchObject({ ready: true });
  expect(projection.health().failed).toBeUndefined();
  expect(await right(projection.verify())).toMatchObject({ equal: true });
};

describe('a flipped bit in the storage of a projection', () => {
  it('is found by each way to read the record, in each table', async () => {
    const { provider, folder } = copied();
    const seen = new Map<StorageTable, string>();
    await replaceRecords(folder, ({ table, key, value }) => {
      if (seen.has(table)) return undefined;
      seen.set(table, key);
      return flipped(value);
    });
    expect([...seen.keys()]).toEqual(storageTables);
    const storage = await provider.open('generation-1');
    const heard: Array<Error> = [];
    storage.onDamage((damage) => heard.push(damage));
    const snapshot = storage.snapshot();
    for (const [table, key] of seen) {
      for (const reader of [storage, snapshot]) {
        heard.length = 0;
        expect(() => reader.get(table, key), table).toThrow(StorageDamaged);
        for (const reverse of [false, true]) {
          expect(() => {
            reader.scan(table, { ...prefixRange(key), reverse }, () => undefined);
          }, table).toThrow(StorageDamaged);
        }
        expect(heard).toHaveLength(3);
      }
    }
    snapshot.release();
    await storage.close();
  });

  it.each(storageTables)('of the table %s is never served, and heals', async (damagedTable) => {
    const { provider, folder } = copied();
    await replaceRecords(folder, ({ table, value }) => (table === damagedTable ? flipped(value) : undefined));
    const { projection, messages, logged } = await opened(provider);
    await projection.waitUntilReady(60_000);
    // What is read at the start is found then, and nothing of the storage is used.
    const isFoundAtOnce = messages.some((message) => message.startsWith('The projection is built anew from the log: it is damaged'));
    if (!isFoundAtOnce) {
      expectRightOrDamaged(projection);
      // It reads all there is.
      await projection.verify()();
      await logged(/^The damaged projection was built anew/);
    }
    await expectWhole(projection);
    expect(await provider.current()).toBe('generation-2');
    await projection.close();
  });

  it('is told as an error by history, and those who wait hear of what takes its place', async () => {
    const { provider, folder } = copied();
    await replaceRecords(folder, ({ table, key, value }) => (table === 'entries' && key.endsWith('t0') ? flipped(value) : undefined));
    const { projection, logged } = await opened(provider);
    await projection.waitUntilReady(60_000);
    expect(() => projection.entries(alice)).toThrow(StorageDamaged);
    expect(await projection.history(alice, { type: 't0', limit: 1 })()).toMatchObject({ left: { code: 'projection_damaged' } });
    expect(await projection.waitUntilReady(60_000)).toBe(true);
    await logged(/^The damaged projection was built anew/);
    await expectWhole(projection);
    await projection.close();
  });

  it('is found by a write that needs the record, and heals', async () => {
    const { provider, folder } = copied();
    await replaceRecords(folder, ({ table, value }) => (table === 'dataBlocks' ? flipped(value) : undefined));
    const { projection, logged } = await opened(provider);
    await projection.waitUntilReady(60_000);
    for (let n = 0; n < 60; n += 1) await log.set(alice, null, 't0', { n });
    await projection.flush();
    await logged(/^The damaged projection was built anew/);
    state = stateOf(projection);
    expect(state.heads[0]).toMatchObject({ accountData: '209' });
    await expectWhole(projection);
    await projection.close();
  });

  it('in a rebuild that was not ended does not keep the next one from ending', async () => {
    const { provider, path, folder } = copied();
    // As an unfinished one that has the whole log, and is damaged where it is read last.
    cpSync(folder, join(path, 'generation-2'), { recursive: true });
    await replaceRecords(join(path, 'generation-2'), ({ table, value }) => (table === 'tags' ? flipped(value) : undefined));
    const { projection } = await opened(provider);
    await projection.waitUntilReady(60_000);
    await log.setTag(alice, room, 'u.0', { order: 0.75 });
    expect(await projection.rebuild()()).toMatchObject({ left: { code: 'rebuild_failed' } });
    expect(readdirSync(path)).not.toContain('generation-2');
    await right(projection.rebuild());
    state = stateOf(projection);
    expect(state.tags[0]?.tags['u.0' as keyof object]).toEqual({ order: 0.75 });
    await expectWhole(projection);
    await projection.close();
  });

  it('keeps nobody from closing, and is healed at the next start', async () => {
    const { provider, folder } = copied();
    await replaceRecords(folder, ({ table, key, value }) => (table === 'entries' && key.startsWith(alice) ? flipped(value) : undefined));
    const { projection } = await opened(provider);
    await projection.waitUntilReady(60_000);
    expect(() => projection.entries(alice)).toThrow(StorageDamaged);
    await projection.close();
    const again = await opened(provider);
    await again.projection.waitUntilReady(60_000);
    expectRightOrDamaged(again.projection);
    await again.logged(/^The damaged projection was built anew/);
    await expectWhole(again.projection);
    await again.projection.close();
  });
});

describe('a storage of the format before, without checksums', () => {
  it('is built anew at the start, once', async () => {
    const { provider, folder } = copied();
    const before = await replaceRecords(folder, ({ table, value }) => {
      const content = value.subarray(0, value.length - 4);
      if (table !== 'meta') return content;
      return Buffer.from(JSON.stringify({ ...(JSON.parse(content.toString('utf8')) as object), format: 1 }));
    });
    expect(before.length).toBeGreaterThan(10);
    expect(await inspectStorage(provider)).toEqual({ _tag: 'OtherFormat' });
    const { projection, messages } = await opened(provider);
    expect(messages).toEqual(['The projection is built anew from the log: it was written in another format.']);
    await expectWhole(projection);
    await projection.close();
    expect(await inspectStorage(provider)).toMatchObject({ _tag: 'Usable' });
  });
});

describe('a block of rows that is missing', () => {
  it('is damage, too, and heals', async () => {
    const { provider } = copied();
    const storage: ProjectionStorage = await provider.open('generation-1');
    const keys: Array<string> = [];
    storage.scan('dataBlocks', prefixRange(''), (key) => {
      keys.push(key);
    });
    await storage.write((writer) => {
      for (const key of keys) writer.remove('dataBlocks', key);
    });
    await storage.close();
    const { projection, logged } = await opened(provider);
    await projection.waitUntilReady(60_000);
    expect(() => projection.revisionAt(alice, { time: 0 })).toThrow(StorageDamaged);
    await logged(/^The damaged projection was built anew/);
    await expectWhole(projection);
    await projection.close();
  });
});
