// Delivers the changes of a log to two modules until it is killed, and writes down every call. Its argument is JSON:
//   store: { lmdb: folder } or { eventstoredb: connection string }; effects: the file that calls are written to;
//   prefix: of the names of streams, empty where absent; owner; lease: in milliseconds, absent where delivery is exclusive; slow: milliseconds of a callback;
//   untilCaughtUp: stop when everything that is in the log at the start is handled.
import { appendFileSync } from 'node:fs';
import { streamNames } from '@account-data/domain';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { createModuleHost, defaultPolicy } from '@account-data/modules';
import { roomStreamSink } from '@account-data/rooms';
import { systemRuntime as runtime } from '@account-data/runtime';

const { store: where, prefix, effects, owner, lease, slow, untilCaughtUp } = JSON.parse(process.argv[2]);

const opened = async () => {
  if (where.eventstoredb !== undefined) return openEventStoreDbEventStore({ connectionString: where.eventstoredb, runtime });
  const result = await openLmdbEventStore({ path: where.lmdb, runtime })();
  if (result._tag === 'Left') throw new Error(result.left.message);
  return result.right;
};

const store = await opened();
const names = streamNames(prefix);
const write = (line) => appendFileSync(effects, `${JSON.stringify({ owner, ...line })}\n`);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const module = (name, failure, probability) => ({
  name,
  policy: { ...defaultPolicy, failure, from: { _tag: 'Start' } },
  setUp: (api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, _roomId, _type, content, context) => {
        // By the machine's monotonic clock, the same for all processes: the process may be stopped before it has written.
        const at = Number(process.hrtime.bigint() / 1_000n);
        const call = { at, module: name, user: userId, n: content.n, eventId: context.eventId, epoch: context.epoch };
        write({ ...call, phase: 'begins' });
        if (slow > 0) await pause(Math.random() * slow);
        if (Math.random() < probability) throw new Error('by chance');
        await context.api.createAndSendEventIntoRoom({
          type: 'm.room.message',
          room_id: '!room:example.org',
          sender: '@sender:example.org',
          content: { body: `${name} ${userId} ${content.n}` },
        });
        write({ ...call, phase: 'ends' });
      },
    });
  },
});

const unused = async () => {
  throw new Error('unused');
};

const host = createModuleHost({
  store,
  names,
  runtime,
  owner,
  ownership: lease === undefined ? { _tag: 'Exclusive' } : { _tag: 'Leased', lease },
  modules: [
    module('plain', { onFailure: 'skip' }, 0),
    module('flaky', { onFailure: 'retry', backoff: { initial: 5, maximum: 20, factor: 2 } }, 0.05),
  ],
  accountData: { get: unused, set: unused, delete: unused, tags: unused, setTag: unused, removeTag: unused },
  rooms: roomStreamSink({ store, names, runtime }),
  previousContent: async () => null,
  checkpoint: { milliseconds: 20 },
});

await host.start();
write({ phase: 'started' });
if (untilCaughtUp) {
  const head = await store.head()();
  if (!(await host.waitForPosition(head.right, 120_000))) throw new Error('not caught up');
  while (host.status().modules.some(({ held }) => held.length > 0)) await pause(5);
  await host.stop();
  await store.close();
  write({ phase: 'stopped' });
}
