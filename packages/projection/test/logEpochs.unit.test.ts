import { createInMemoryEventStore, type ProposedEvent } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { memoryProjectionStorage, type ProjectionLogger, type StorageProvider } from '../src/index.js';
import { LogEpochs, firstEpochs } from '../src/model/LogEpochs.js';
import { alice, bob, Log, openProjection, proposed, right, room } from './harness.js';

describe('the epochs of a log', () => {
  it('tell a position of this history from one of another that shares its beginning', () => {
    const epochs = new LogEpochs(firstEpochs);
    epochs.begin(50, 'b');
    epochs.begin(101, 'd');
    expect([0, 49, 50, 100, 101, 500].map((position) => epochs.at(position))).toEqual(['0', '0', 'b', 'b', 'd', 'd']);
    const folded = 150;
    expect(epochs.placeOf(100, 'b', folded)).toBe('held');
    expect(epochs.placeOf(101, 'b', folded)).toBe('lost');
    expect(epochs.placeOf(120, 'c', folded)).toBe('lost');
    expect(epochs.placeOf(200, 'b', folded)).toBe('lost');
    expect(epochs.placeOf(200, 'd', folded)).toBe('ahead');
    expect(epochs.placeOf(200, 'c', folded)).toBe('ahead');
    expect([epochs.endOf('0'), epochs.endOf('b'), epochs.endOf('d'), epochs.endOf('c')]).toEqual([49, 100, Infinity, undefined]);
  });

  it('gave out nothing between their last event and the next epoch, where others have events there', () => {
    const epochs = new LogEpochs(firstEpochs);
    epochs.begin(50, 'b', 40);
    epochs.begin(101, 'd', 50);
    expect(new LogEpochs(epochs.all()).all()).toEqual(epochs.all());
    expect([40, 41, 49].map((position) => epochs.placeOf(position, '0', 150, 120))).toEqual(['held', 'lost', 'lost']);
    expect([50, 51].map((position) => epochs.placeOf(position, 'b', 150, 120))).toEqual(['held', 'lost']);
    expect([120, 121, 151].map((position) => epochs.placeOf(position, 'd', 150, 120))).toEqual(['held', 'lost', 'ahead']);
    expect([30, 45, 50, 60, 101, 110, 130].map((position) => epochs.givenUpTo(position, 120))).toEqual([30, 40, 50, 50, 101, 110, 120]);
    expect([epochs.endOf('0'), epochs.endOf('b'), epochs.endOf('d')]).toEqual([40, 50, Infinity]);
  });

  it('are met once, in order, and the oldest are forgotten: what they held then counts as lost', () => {
    const epochs = new LogEpochs(firstEpochs);
    for (let at = 1; at <= 2_000; at += 1) epochs.begin(at * 10, `e${String(at)}`);
    epochs.begin(20_000, 'again');
    expect(epochs.all()).toHaveLength(1_000);
    expect(epochs.placeOf(20_000, 'e2000', 20_000)).toBe('held');
    expect(epochs.placeOf(10, 'e1', 20_000)).toBe('lost');
  });
});

const began = (id: string): ProposedEvent => proposed({ type: 'LogEpochBegan', data: {} }, undefined, id);
const one = '11111111-0000-4000-8000-000000000001';
const two = '22222222-0000-4000-8000-000000000002';
const three = '33333333-0000-4000-8000-000000000003';

/** A log with so many tags in each of its epochs, and more at its end. */
const logOf = async (epochs: ReadonlyArray<string>, tags: number, more = 0) => {
  const store = createInMemoryEventStore({ runtime: systemRuntime });
  const log = new Log(store);
  await log.create();
  for (const id of epochs) {
    await log.append(log.names.log, began(id));
    for (let n = 0; n < tags; n += 1) await log.setTag(n % 2 === 0 ? alice : bob, room, `u.${String(n)}`);
  }
  for (let n = 0; n < more; n += 1) await log.setTag(alice, room, `u.more${String(n)}`);
  return { store, log };
};

const opened = async (store: Parameters<typeof openProjection>[0], storage: StorageProvider) => {
  const said: Array<string> = [];
  const logger: ProjectionLogger = {
    log: (_level, message) => {
      said.push(message);
    },
  };
  const projection = await openProjection(store, storage, { logger });
  expect(await projection.waitUntilReady(5_000)).toBe(true);
  return { projection, said };
};

describe('a projection of a log with epochs', () => {
  it('tells the epoch of each position, also when it is opened again', async () => {
    const { store } = await logOf([one, two], 2);
    const storage = memoryProjectionStorage();
    const { projection } = await opened(store, storage);
    const { events } = await right(store.readAll({ after: 'start', limit: 100 }));
    const positions = events.map(({ position }) => position);
    const tags = ['0', '11111111', '11111111', '11111111', '22222222', '22222222', '22222222'];
    expect(positions.map(projection.epochAt)).toEqual(tags);
    await projection.close();
    const again = await opened(store, storage);
    expect(again.said).toEqual([]);
    expect(positions.map(again.projection.epochAt)).toEqual(tags);
    await again.projection.close();
  });

  it.each([
    ['has another epoch than it met', [one, three], 2, 0, 'another epoch'],
    ['lacks the epoch that it met', [one], 6, 0, 'does not have'],
    ['had more epochs before its checkpoint than it met', [one, two, three], 0, 9, 'has not met'],
  ])('is built anew where the log %s, although it tells no change of account data', async (_, epochs, tags, more, why) => {
    const storage = memoryProjectionStorage();
    const { store } = await logOf([one, two], 2);
    const { projection } = await opened(store, storage);
    await projection.close();
    const other = await logOf(epochs, tags, more);
    const after = await opened(other.store, storage);
    expect(after.said[0]).toContain('is built anew');
    expect(after.said[0]).toContain(why);
    await after.projection.close();
  });

  it('goes on where the log has begun another epoch behind its checkpoint', async () => {
    const storage = memoryProjectionStorage();
    const { store, log } = await logOf([one, two], 2);
    const { projection } = await opened(store, storage);
    await projection.close();
    await log.append(log.names.log, began(three));
    await log.setTag(alice, room, 'u.later');
    const after = await opened(store, storage);
    expect(after.said).toEqual([]);
    expect(after.projection.epochAt(after.projection.position())).toBe('33333333');
    await after.projection.close();
  });
});
