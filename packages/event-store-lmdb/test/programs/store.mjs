// A store in a process of its own: takes one JSON command a line, answers one JSON line each. Arguments: folder, mode.
import { createInterface } from 'node:readline';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const [path, mode] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

process.on('unhandledRejection', (reason) => {
  say({ unhandled: String(reason) });
});

const opened = await openLmdbEventStore({ path, mode, runtime: systemRuntime })();
if (opened._tag === 'Left') {
  const { cause: _cause, ...error } = opened.left;
  say({ refused: error });
  process.exit(3);
}
const store = opened.right;
say({ ready: store.role() });

const seen = [];
const commands = {
  append: ([stream, events, expected]) => store.append(stream, events, expected)(),
  tombstone: ([stream]) => store.tombstone(stream)(),
  metadata: ([stream, metadata]) => store.setStreamMetadata(stream, metadata)(),
  read: ([stream, options]) => store.read(stream, options)(),
  readAll: ([options]) => store.readAll(options)(),
  head: () => store.head()(),
  compact: () => store.compact()(),
  role: () => store.role(),
  subscribe: ([options]) => {
    store.subscribe({ ...options, onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)) });
    return null;
  },
  seen: () => seen,
  close: async () => {
    await store.close();
    return null;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, args } = JSON.parse(line);
  Promise.resolve(commands[command](args)).then(
    (answer) => say({ id, answer }),
    (error) => say({ id, threw: String(error) }),
  );
}
await store.close();
