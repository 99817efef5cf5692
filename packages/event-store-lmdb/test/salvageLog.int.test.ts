import type { PositionedEvent } from '@account-data/event-store';
import { seededRandom, systemRuntime } from '@account-data/runtime';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LogSalvage, type SalvageOptions, salvageLog, scrubLog } from '../src/index.js';
import { bodyStart, entryCount, entryEnd, indexFrom } from '../src/layout/blockTables.js';
import { chunkKey } from '../src/layout/StreamRecord.js';
import { copyOf, damaging, flipBit } from './support/damage.js';
import { left, named, newEvent, openStore, right, work } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const histories = 'histories';
const begin = { id: 'f7f8a11f-4f4e-4d1e-8d2a-3f2f6d0e8a01', type: 'Began', data: {}, metadata: {} };

const optionsOf = (path: string, to?: string): SalvageOptions => ({ path, runtime: systemRuntime, histories: { stream: histories, begin }, ...(to === undefined ? {} : { to }) });

const allOf = async (path: string): Promise<ReadonlyArray<PositionedEvent>> => {
  const store = await openStore(path);
  const { events } = await right(store.readAll({ after: 'start', limit: 10_000 }));
  await store.close();
  return events;
};

/** A closed store: blocks of one entry and of many, a long stream, a removed one, one that keeps its last events, gaps of a compaction. */
const makeStore = async (): Promise<string> => {
  const path = join(temporaryFolder(), 'store');
  const store = await openStore(path);
  const append = (stream: string, ...numbers: ReadonlyArray<number>): Promise<unknown> =>
    right(store.append(named(stream), numbers.map((n) => newEvent({ n, text: `content ${n} `.repeat(1 + (n % 5)) })), 'any'));
  await append(histories, 0);
  await append('gone', 1, 2, 3);
  for (let n = 0; n < 8; n += 1) await append('single', n);
  await append('many', ...Array.from({ length: 30 }, (_, n) => n));
  await append('long', ...Array.from({ length: 300 }, (_, n) => n));
  await right(store.setStreamMetadata(named('last'), { maxCount: 2 }));
  await append('last', 1, 2, 3, 4);
  await right(store.tombstone(named('gone')));
  await right(store.compact());
  await append(histories, 1);
  for (let n = 0; n < 4; n += 1) await append('late', n);
  await store.close();
  return path;
};

const generation = 2;

const contains = (lost: LogSalvage['lost'], { position }: PositionedEvent): boolean =>
  lost.some(({ from, to }) => from <= Number(position) && Number(position) <= to);

/** What is said to be lost is exactly what is gone, the rest is what it was, and the salvaged log is whole and goes on. */
const expectSalvaged = async (path: string, before: ReadonlyArray<PositionedEvent>): Promise<LogSalvage> => {
  const to = join(temporaryFolder(), 'salvaged');
  const told = await right(salvageLog(optionsOf(path)));
  expect(existsSync(to)).toBe(false);
  expect(await right(salvageLog(optionsOf(path, to)))).toEqual(told);
  expect(await right(scrubLog(to, work))).toEqual({ end: told.end, damage: [] });
  const after = await allOf(to);
  const first = told.lost[0]?.from ?? Infinity;
  const isLater = ({ stream, position }: PositionedEvent): boolean => stream === histories && Number(position) > first;
  expect(after.filter(({ id }) => id !== begin.id)).toEqual(before.filter((event) => !contains(told.lost, event) && !isLater(event)));
  const began = after.filter(({ id }) => id === begin.id).map(({ position }) => Number(position));
  expect(began).toEqual(told.lost.length > 0 && before.some((event) => event.stream === histories && !contains(told.lost, event) && Number(event.position) < first) ? [first] : []);

  const store = await openStore(to);
  for (const stream of new Set(after.map((event) => event.stream))) {
    const expected = after.filter((event) => event.stream === stream);
    const { maxCount } = await right(store.streamMetadata(stream));
    const forwards = await right(store.read(stream, { limit: 1_000 }));
    expect(forwards._tag === 'Events' ? forwards.events.map(({ revision }) => revision) : []).toEqual(expected.slice(-(maxCount ?? 1_000)).map(({ revision }) => revision));
    const last = await right(store.read(stream, { limit: 1, direction: 'backwards' }));
    expect(last._tag === 'Events' ? last.events[0]?.id : undefined).toBe(expected.at(-1)?.id);
  }
  expect(await right(store.read(named('gone'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
  const next = await right(store.append(named('next'), [newEvent()], 'no-stream'));
  expect(Number(next.position)).toBe(told.end + 1);
  await store.close();
  return told;
};

describe('a damaged log', () => {
  it('is salvaged without what is lost, which is named, and is itself not touched', async () => {
    const path = await makeStore();
    const before = await allOf(path);
    const at = (stream: string, revision: number): number => Number(before.find((event) => event.stream === stream && event.revision === String(revision))?.position);
    const tail = Number(before.at(-1)?.position);
    await damaging(path, async ({ log, streams, chunks }) => {
      for (const { key, value } of log.getRange()) {
        const block = copyOf(value);
        // An entry in the middle of a block, and the head of another; the last block is gone.
        const inMany = indexFrom(block, key, at('many', 17));
        if (key < at('many', 17) && inMany < entryCount(block)) await log.put(key, flipBit(block, (bodyStart(block, entryCount(block)) + entryEnd(block, inMany) - 1) * 8));
        if (key === at('late', 1)) await log.put(key, flipBit(block, 5 * 8));
      }
      await log.remove(tail);
      await chunks.put(chunkKey('long', 0), flipBit(copyOf(chunks.get(chunkKey('long', 0)) ?? Buffer.alloc(0)), 900));
      await streams.put(Buffer.from('single'), flipBit(copyOf(streams.get(Buffer.from('single')) ?? Buffer.alloc(0)), 70));
    }, generation);
    const bytes = readFileSync(join(path, `events-${generation}.mdb`));
    const told = await expectSalvaged(path, before);
    expect(told.end).toBe(tail);
    expect(told.lost).toContainEqual({ from: at('many', 17), to: at('many', 17) });
    expect(told.lost.at(-1)).toEqual({ from: tail, to: tail });
    expect(told.revisions).toContainEqual({ stream: 'many', from: 17, to: 17 });
    expect(told.revisions).toContainEqual({ stream: 'late', from: 3, to: 3 });
    expect(told.revisions.map(({ stream }) => stream)).not.toContain('gone');
    expect(readFileSync(join(path, `events-${generation}.mdb`)).equals(bytes)).toBe(true);
  });

  it('is salvaged from any bit that is flipped in its blocks and records', async () => {
    const pristine = await makeStore();
    const before = await allOf(pristine);
    const random = seededRandom(7);
    const choose = (count: number): number => Math.floor(random.number() * count);
    for (let round = 0; round < 25; round += 1) {
      const path = join(temporaryFolder(), 'store');
      cpSync(pristine, path, { recursive: true });
      await damaging(path, async ({ log, streams, chunks, tombstones }) => {
        const blocks = [...log.getRange()].map(({ key, value }) => [key, copyOf(value)] as const);
        for (let flips = 0; flips < 2; flips += 1) {
          const [key, block] = blocks[choose(blocks.length)] ?? [0, Buffer.alloc(0)];
          // Half of them where it begins: in its head and tables.
          await log.put(key, flipBit(copyOf(block), choose(8 * (flips === 0 ? Math.min(64, block.length) : block.length))));
        }
        const index = [streams, chunks, tombstones][round % 3] ?? streams;
        const records = [...index.getRange()].map(({ key, value }) => [Buffer.from(key), copyOf(value)] as const);
        const [key, record] = records[choose(records.length)] ?? [Buffer.alloc(0), Buffer.alloc(0)];
        await index.put(key, flipBit(record, choose(8 * record.length)));
      }, generation);
      await expectSalvaged(path, before);
    }
  });

  it('whose pointer is damaged, or that has lost nothing but its index, is salvaged whole', async () => {
    const path = await makeStore();
    const before = await allOf(path);
    writeFileSync(join(path, 'current'), '{"for');
    await damaging(path, async ({ streams }) => {
      for (const { key } of streams.getRange()) await streams.put(Buffer.from(key), Buffer.from('nothing'));
    }, generation);
    expect(await expectSalvaged(path, before)).toMatchObject({ lost: [], revisions: [] });
  });

  it('that has lost the beginning of what tells its histories apart goes on without it', async () => {
    const path = await makeStore();
    const before = await allOf(path);
    await damaging(path, ({ log }) => log.remove(1), generation);
    const { lost } = await expectSalvaged(path, before);
    expect(lost[0]?.from).toBe(1);
  });

  it('is not written to a folder that holds something, nor from one that a process owns', async () => {
    const path = await makeStore();
    const to = temporaryFolder();
    writeFileSync(join(to, 'something'), '');
    expect(await left(salvageLog(optionsOf(path, to)))).toMatchObject({ code: 'store_folder_not_empty', path: to });
    expect(readdirSync(to)).toEqual(['something']);
    await openStore(path);
    expect(await left(salvageLog(optionsOf(path, join(to, 'new'))))).toMatchObject({ code: 'store_locked' });
    expect(await right(salvageLog(optionsOf(path)))).toMatchObject({ lost: [] });
    expect(await left(salvageLog(optionsOf(join(to, 'none'))))).toMatchObject({ code: 'store_missing' });
  });
});
