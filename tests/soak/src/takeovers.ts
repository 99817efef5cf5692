import { join } from 'node:path';
import { type StreamNames, streamNames } from '@account-data/domain';
import type { EventStore, StreamName } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime as runtime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as E from 'fp-ts/lib/Either.js';
import { Changes } from './changes.js';
import { type Check, checksOf, repeatedOf } from './checks.js';
import { DeliveringProcess } from './DeliveringProcess.js';
import { type Effect, Effects } from './Effects.js';
import { announced } from './room.js';
import { pause, until } from './waiting.js';

const lease = 1_000;

/** Changes that may wait for their delivery before no more are appended. */
const maxWaiting = 120;

/** What an end by force may repeat: what was not written, and the callbacks that ran, of a few hundred milliseconds. */
const repeatedPerTakeover = 1_000;

/** An EventStoreDB, and how to leave it. */
interface Cluster {
  readonly connectionString: string;
  readonly names: StreamNames;
  readonly stop: (store: EventStore) => Promise<void>;
}

const cluster = async (url: string | undefined): Promise<Cluster> => {
  if (url === undefined) {
    const double = await startEventStoreDbDouble({});
    return { connectionString: double.connectionString, names: streamNames(), stop: () => double.stop() };
  }
  const names = streamNames(`soak${runtime.random.uuid().replaceAll('-', '')}.`);
  return { connectionString: url, names, stop: (store) => removeAll(store, names.prefix) };
};

/** Deletes every stream whose name begins so. */
const removeAll = async (store: EventStore, prefix: string): Promise<void> => {
  const streams = new Set<StreamName>();
  for (let after: Parameters<EventStore['readAll']>[0]['after'] = 'start'; ; ) {
    const slice = await store.readAll({ after, prefixes: [prefix], limit: 1_000 })();
    if (E.isLeft(slice)) throw new Error(`What to delete could not be read: ${slice.left.code}.`);
    for (const { stream } of slice.right.events) streams.add(stream);
    if (slice.right.isEnd) break;
    after = slice.right.next;
  }
  for (const stream of streams) await store.tombstone(stream)();
};

/** Who began the last callback. */
const deliverer = (effects: ReadonlyArray<Effect>): Effect | undefined => effects.findLast(({ phase }) => phase === 'begins');

/** One of two instances is ended by force while it delivers, so many times, and the other takes over. */
export const takeovers = async (
  folder: string,
  count: number,
  url: string | undefined,
  say: (text: string) => void,
): Promise<ReadonlyArray<Check>> => {
  const { connectionString, names, stop } = await cluster(url);
  const store = openEventStoreDbEventStore({ connectionString, runtime });
  const effects = new Effects(join(folder, 'effects.jsonl'));
  const changes = new Changes(names);
  const running = new Map<string, DeliveringProcess>();
  let started = 0;
  const start = (): void => {
    const owner = `instance-${String(started)}`;
    started += 1;
    const process_ = new DeliveringProcess({ store: { eventstoredb: connectionString }, prefix: names.prefix, effects: effects.path, owner, lease, slow: 4 });
    running.set(owner, process_);
  };
  const lost = (): string | undefined => [...running.values()].find(({ end }) => end !== undefined)?.end;
  const hasStarted = (): boolean => {
    const owners = new Set(effects.read().filter(({ phase }) => phase === 'started').map(({ owner }) => owner));
    return [...running.keys()].every((owner) => owners.has(owner));
  };
  const took: Array<number> = [];
  try {
    start();
    start();
    await until('both instances started', hasStarted, lost);
    const enough = new AbortController();
    const appending = (async () => {
      while (!enough.signal.aborted) {
        if (2 * changes.total - effects.handled() < 2 * maxWaiting) await changes.append(store, 12);
        await pause(5);
      }
    })();
    for (let takeover = 0; takeover < count; takeover += 1) {
      const begun = effects.read().length;
      await until('an instance delivers', () => effects.read().slice(begun).filter(({ phase }) => phase === 'ends').length > 5, lost);
      const { owner, epoch } = deliverer(effects.read()) ?? { owner: '', epoch: 0 };
      const delivering = running.get(owner);
      if (delivering === undefined) throw new Error(`Nobody knows the instance ${owner} that delivers.`);
      const isKilled = takeover % 2 === 0;
      const at = performance.now();
      if (isKilled) {
        running.delete(owner);
        await delivering.kill();
      } else delivering.signal('SIGSTOP');
      await until('the other one took over', () => effects.read().slice(begun).some((effect) => effect.epoch > epoch), lost);
      took.push(performance.now() - at);
      if (isKilled) start();
      else delivering.signal('SIGCONT');
      await until('both instances run', hasStarted, lost);
      if ((takeover + 1) % 5 === 0) say(`taken over ${String(takeover + 1)} times, ${String(changes.total)} changes`);
    }
    enough.abort();
    await appending;
    // What is missing is told by the checks.
    await until('everything is handled', () => effects.handled() === 2 * changes.total, lost).catch(() => undefined);
    await Promise.all([...running.values()].map((one) => one.kill()));
    const all = effects.read();
    const longest = Math.max(0, ...took);
    say(
      `${String(count)} takeovers, the longest after ${(longest / 1_000).toFixed(1)} s; ${String(changes.total)} changes, ` +
        `${String(2 * changes.total)} deliveries, ${String(repeatedOf(all, changes))} of them repeated`,
    );
    return checksOf(all, changes, await announced(store, names), count * repeatedPerTakeover);
  } finally {
    await Promise.all([...running.values()].map((one) => one.kill()));
    await stop(store);
    await store.close();
  }
};
