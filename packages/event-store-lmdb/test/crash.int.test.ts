import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually } from '@account-data/event-store/contract';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LmdbEventStore } from '../src/index.js';
import {
  isAfter,
  isAtLeast,
  type LogSlice,
  Position,
  type PositionedEvent,
  type ReadFrom,
  type Revision,
  revisionAfter,
} from '@account-data/event-store';
import { buildPackage, program } from './support/builtPackage.js';
import { openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

interface Writer {
  readonly acknowledged: ReadonlyArray<{ readonly batch: string; readonly position: Position }>;
  readonly kill: () => Promise<void>;
}

const startWriter = (path: string, streams: number): Writer => {
  const child: ChildProcess = spawn(process.execPath, [program('appendForever'), path, String(streams)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: Array<{ batch: string; position: Position }> = [];
  if (child.stdout === null) throw new Error('The writer has no output.');
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [batch = '', position = '0'] = line.split(' ');
    acknowledged.push({ batch, position: Position(position) });
  });
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => {
      lines.once('close', resolve);
    });
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { acknowledged, kill };
};

const wholeLog = async (store: LmdbEventStore): Promise<ReadonlyArray<PositionedEvent>> => {
  const events: Array<PositionedEvent> = [];
  let after: ReadFrom = 'start';
  for (let isEnd = false; !isEnd; ) {
    const slice: LogSlice = await right(store.readAll({ after, limit: 1_000 }));
    events.push(...slice.events);
    isEnd = slice.isEnd;
    after = slice.next;
  }
  return events;
};

/** Each batch has its three events next to each other, in order; each stream's revisions are without gaps. */
const expectWhole = (events: ReadonlyArray<PositionedEvent>): void => {
  const heads = new Map<string, Revision>();
  for (const [index, { data, stream, revision }] of events.entries()) {
    expect(data['part']).toBe(index % 3);
    expect(data['batch']).toBe(events[index - (index % 3)]?.data['batch']);
    expect(revision).toBe(revisionAfter(heads.get(stream) ?? 'no-stream'));
    heads.set(stream, revision);
  }
  expect(events.length % 3).toBe(0);
};

describe('kill -9 in the middle of concurrent appends', () => {
  it('loses nothing that was acknowledged, leaves no part of a batch, and the log goes on, time after time', async () => {
    const path = temporaryFolder();
    const acknowledged = new Map<string, Position>();
    for (let round = 0; round < 6; round += 1) {
      const writer = startWriter(path, 5 + round * 7);
      await eventually('the writer to get going', () => writer.acknowledged.length > 100 + round * 37);
      await writer.kill();
      for (const { batch, position } of writer.acknowledged) acknowledged.set(batch, position);
      const store = await openStore(path);
      const events = await wholeLog(store);
      expectWhole(events);
      const stored = new Map(events.filter(({ data }) => data['part'] === 2).map(({ data, position }) => [data['batch'], position]));
      for (const [batch, position] of acknowledged) expect(stored.get(batch)).toBe(position);
      for (const [name, length] of countByStream(events)) {
        const slice = await right(store.read(name, { limit: 10_000 }));
        expect(slice._tag === 'Events' && slice.events.length).toBe(length);
      }
      await store.close();
    }
    expect(acknowledged.size).toBeGreaterThan(600);
  });

  it('shows a reader beside it nothing that is gone afterwards, and never more than was flushed', async () => {
    const path = temporaryFolder();
    const writer = startWriter(path, 16);
    await eventually('the writer to get going', () => writer.acknowledged.length > 50);
    const reader = await openStore(path, 'read');
    const seen: Array<PositionedEvent> = [];
    reader.subscribe({ after: 'start', onBatch: ({ events }) => void seen.push(...events) });
    await eventually('the reader to follow', () => seen.length > 600 && writer.acknowledged.length > 400);
    expectWhole(await wholeLog(reader));
    await writer.kill();
    await eventually('the reader to have read it all', async () => (await right(reader.head())) === seen.at(-1)?.position);
    await reader.close();
    const store = await openStore(path, 'own');
    const events = await wholeLog(store);
    expect(seen.map(({ id }) => id)).toEqual(events.slice(0, seen.length).map(({ id }) => id));
    const last = writer.acknowledged.reduce((most, { position }) => (isAfter(position, most) ? position : most), Position(0));
    expect(isAtLeast(events.at(-1)?.position ?? Position(0), last)).toBe(true);
  });
});

const countByStream = (events: ReadonlyArray<PositionedEvent>): ReadonlyMap<PositionedEvent['stream'], number> => {
  const counts = new Map<PositionedEvent['stream'], number>();
  for (const { stream } of events) counts.set(stream, (counts.get(stream) ?? 0) + 1);
  return counts;
};
