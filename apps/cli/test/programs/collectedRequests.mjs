// Run with --expose-gc, which it calls all the time: prints how the command's requests to a server that hangs ended.
import { createServer } from 'node:http';
import { httpServer } from '../../dist/target/server/HttpServer.js';

/** Answers with the first line of what never ends, or under /silent with nothing. */
const server = createServer((request, response) => {
  if (request.url.startsWith('/silent')) return;
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.write('{\n');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = new URL(`http://127.0.0.1:${server.address().port}`);
const collect = setInterval(() => globalThis.gc(), 10);

/** Until what was there at the call has been collected several times. */
const collected = async () => {
  for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setTimeout(resolve, 10));
};

const outcomeOf = (result) => (result._tag === 'Left' ? result.left.code : 'ended');

const stopped = async (perform) => {
  const stop = new AbortController();
  const result = perform(httpServer(url, 't', stop.signal))();
  await collected();
  stop.abort();
  return outcomeOf(await result);
};

const ended = async () => {
  const end = new AbortController();
  const result = httpServer(url, 't', new AbortController().signal).download('/lines', async () => {}, end.signal)();
  await collected();
  end.abort();
  return outcomeOf(await result);
};

async function* lines() {
  yield 'line';
}

const late = async (path) => outcomeOf(await httpServer(url, 't', new AbortController().signal, 200).request('GET', path)());

const outcomes = {
  stopOfRequest: await stopped((client) => client.request('GET', '/silent')),
  stopInBody: await stopped((client) => client.request('GET', '/')),
  stopOfDownload: await stopped((client) => client.download('/lines', async () => {})),
  stopOfUpload: await stopped((client) => client.upload('/', lines())),
  endOfDownload: await ended(),
  lateBeforeHead: await late('/silent'),
  lateInBody: await late('/'),
};
clearInterval(collect);
server.closeAllConnections();
server.close();
console.log(JSON.stringify(outcomes));
