// Run with --expose-gc, which it calls all the time: prints how each way to end a request that hangs ended it.
import { createAccountDataClient } from '@account-data/client';
import { createServer } from 'node:http';

/** Answers a feed with one event, everything else with a part of an answer or, under /silent, with nothing. */
const server = createServer((request, response) => {
  if (request.url.startsWith('/silent')) return;
  const isFeed = request.url.includes('/feed');
  response.writeHead(200, { 'content-type': isFeed ? 'text/event-stream' : 'application/json' });
  response.write(isFeed ? 'id: 1_log\nevent: progress\ndata: {}\n\n' : '{"');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const collect = setInterval(() => globalThis.gc(), 10);

/** Until what was there at the call has been collected several times. */
const collected = async () => {
  for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setTimeout(resolve, 10));
};

const clientOf = (path, options) => createAccountDataClient({ baseUrl: `${url}${path}`, token: 't', retries: { attempts: 1 }, ...options });
const tagOf = (promise) => promise.then(() => 'answered', (error) => error._tag);

/** Reads a feed that gives one item, until it ends. */
const readFeed = async (client, options) => {
  for await (const _ of client.feed(options));
};

const abortedCall = async (path) => {
  const abort = new AbortController();
  const call = tagOf(clientOf(path).get('@a:b.c', null, 'a', { signal: abort.signal }));
  await collected();
  abort.abort();
  return call;
};

const abortedFeed = async () => {
  const abort = new AbortController();
  const feed = tagOf(readFeed(clientOf(''), { signal: abort.signal }));
  await collected();
  abort.abort();
  return feed;
};

/** A server that stops in the middle of a feed: each millisecond of the limit takes less here. */
const silentFeed = async () => {
  const abort = new AbortController();
  const runtime = {
    clock: { now: () => Date.now() },
    timers: {
      setTimeout: (callback, milliseconds) => {
        const timer = setTimeout(callback, milliseconds / 50);
        return () => clearTimeout(timer);
      },
    },
    random: { uuid: () => crypto.randomUUID(), number: () => Math.random() },
  };
  let noticed = 'nothing';
  const onDisconnect = (error) => {
    noticed = error._tag;
    abort.abort();
  };
  await readFeed(clientOf('', { runtime }), { heartbeat: 1_000, signal: abort.signal, onDisconnect });
  return noticed;
};

const abortedExport = async () => {
  const abort = new AbortController();
  const lines = clientOf('', { signal: abort.signal }).exportLog();
  const ended = tagOf(lines.next());
  await collected();
  abort.abort();
  return ended;
};

async function* oneLine() {
  yield 'line';
}

const abortedImport = async () => {
  const abort = new AbortController();
  const ended = tagOf(clientOf('', { signal: abort.signal }).importLog(oneLine()));
  await collected();
  abort.abort();
  return ended;
};

const outcomes = {
  abortBeforeHead: await abortedCall('/silent'),
  abortInBody: await abortedCall(''),
  abortOfFeed: await abortedFeed(),
  abortOfExport: await abortedExport(),
  abortOfImport: await abortedImport(),
  limitBeforeHead: await tagOf(clientOf('/silent', { timeout: 200 }).get('@a:b.c', null, 'a', { waitTimeout: 0 })),
  limitInBody: await tagOf(clientOf('', { timeout: 200 }).get('@a:b.c', null, 'a', { waitTimeout: 0 })),
  silenceOfFeed: await silentFeed(),
};

/** Each was let go of: not one connection is left. */
const openConnections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
while ((await openConnections()) > 0) await collected();
clearInterval(collect);
server.close();
console.log(JSON.stringify(outcomes));
