// Delivers to two modules, one of which ends its process by one change, or hangs it, until it is killed. Its argument is JSON:
//   store: { lmdb: folder } or { eventstoredb: connection string }; effects: the file that calls are written to; owner;
//   lease: in milliseconds, absent where delivery is exclusive; deadly: { user, how: "exit", "kill" or "hang" };
//   inFlight: how many callbacks are waited for before the deadly one does what it does; policy: on failure;
//   untilThrough: stop when so many changes are handled or parked by both modules.
import { appendFileSync } from 'node:fs';
import { streamNames } from '@account-data/domain';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { createModuleHost, defaultPolicy } from '@account-data/modules';
import { roomStreamSink } from '@account-data/rooms';
import { stallWatchdog, systemRuntime as runtime } from '@account-data/runtime';

const { store: where, effects, owner, lease, deadly, inFlight, policy } = JSON.parse(process.argv[2]);

const opened = async () => {
  if (where.eventstoredb !== undefined) return openEventStoreDbEventStore({ connectionString: where.eventstoredb, runtime });
  const result = await openLmdbEventStore({ path: where.lmdb, runtime })();
  if (result._tag === 'Left') throw new Error(result.left.message);
  return result.right;
};

const store = await opened();
const names = streamNames();
const write = (line) => appendFileSync(effects, `${JSON.stringify({ owner, ...line })}\n`);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let running = 0;

const die = () => {
  if (deadly.how === 'exit') process.exit(3);
  if (deadly.how === 'kill') process.kill(process.pid, 'SIGKILL');
  for (;;);
};

const module = (name, isDeadly) => ({
  name,
  policy: { ...defaultPolicy, ...policy, from: { _tag: 'Start' } },
  setUp: (api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, _roomId, _type, content, context) => {
        const call = { module: name, user: userId, n: content.n, eventId: context.eventId, epoch: context.epoch };
        running += 1;
        const others = running;
        write({ ...call, phase: 'begins', others });
        if (isDeadly && userId === deadly.user) {
          // The first time, in the middle of all others; later it runs alone.
          for (let i = 0; running < inFlight && i < 20; i += 1) await pause(5);
          write({ ...call, phase: 'dies', others: running });
          die();
        }
        // Long enough for the deadly one to come among them, where callbacks run side by side.
        await pause(others === 1 ? 5 : 300);
        running -= 1;
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
  modules: [module('deadly', true), module('after', false)],
  accountData: { get: unused, set: unused, delete: unused, tags: unused, setTag: unused, removeTag: unused },
  rooms: roomStreamSink({ store, names, runtime }),
  previousContent: async () => null,
  watchdog: stallWatchdog({ name: 'deadly', after: 200, endAfter: 1_000 }),
  logger: { log: (level, message, fields) => write({ phase: 'log', level, message, fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)])) }) },
});

await host.start();
write({ phase: 'started' });
const head = await store.head()();
if (!(await host.waitForPosition(head.right, 120_000))) throw new Error('not caught up');
while (host.status().modules.some(({ held }) => held.length > 0)) await pause(5);
await host.stop();
await store.close();
write({ phase: 'stopped' });
process.exit(0);
