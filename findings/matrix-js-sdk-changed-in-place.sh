#!/usr/bin/env bash
# matrix-js-sdk 43.0.0: account data that is read by `getAccountData(type).getContent()`, changed, and given to `setAccountData`.
# Expected: a PUT with the changed content, as `setRoomAccountData` sends for what is read of a room.
# Seen: no request, and the promise is resolved as if the server had stored it: what was read is the client's own copy, to which
# `setAccountData` compares what it is given. A copy that is changed is sent. Nothing in its documentation says so. (It needs Node 22.)
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund matrix-js-sdk@43.0.0
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import { createClient, ClientEvent } from 'matrix-js-sdk';

const user = '@alice:example.org';
const room = '!room:example.org';
const puts = [];
let echo = [];
let synced = 0;
const nextTurn = [];
const syncOf = () => ({
  next_batch: String(++synced),
  account_data: { events: synced === 1 ? [{ type: 'org.example.theme', content: { dark: true } }] : echo.splice(0) },
  rooms: synced === 1 ? { join: { [room]: { timeline: { events: [] }, state: { events: [] }, account_data: { events: [{ type: 'org.example.theme', content: { dark: true } }] } } } } : {},
});
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { pathname } = new URL(request.url, 'http://localhost');
  const answer = (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.method === 'PUT' && pathname.includes('/account_data/')) {
    puts.push([pathname.includes('/rooms/') ? 'room' : 'global', JSON.parse(body)]);
    if (!pathname.includes('/rooms/')) echo.push({ type: 'org.example.theme', content: JSON.parse(body) });
    answer({});
    nextTurn.splice(0).forEach((go) => go());
  } else if (pathname.endsWith('/sync')) {
    if (synced > 0 && echo.length === 0) await new Promise((go) => nextTurn.push(go));
    answer(syncOf());
  } else if (pathname.endsWith('/versions')) answer({ versions: ['v1.11'] });
  else if (pathname.includes('/pushrules')) answer({ global: {} });
  else if (pathname.includes('/filter')) answer({ filter_id: '1' });
  else answer({});
});
await new Promise((go) => server.listen(0, '127.0.0.1', go));
const client = createClient({ baseUrl: `http://127.0.0.1:${server.address().port}`, userId: user, accessToken: 'token', deviceId: 'D' });
client.logger.setLevel?.('error');
await client.startClient();
await new Promise((go) => client.on(ClientEvent.Sync, (state) => state === 'PREPARED' && go()));

const read = client.getAccountData('org.example.theme').getContent();
read.dark = false;
const answered = await client.setAccountData('org.example.theme', read);
const inPlace = puts.length;
const ofRoom = client.getRoom(room).getAccountData('org.example.theme').getContent();
ofRoom.dark = false;
await client.setRoomAccountData(room, 'org.example.theme', ofRoom);
await client.setAccountData('org.example.theme', { ...read, font: 'serif' });
console.log(`expected: 1 request for what was changed in place, as for the room's\nseen: ${inPlace}, answered ${JSON.stringify(answered)}; then ${JSON.stringify(puts)}`);
const seen = inPlace === 0 && JSON.stringify(puts) === JSON.stringify([['room', { dark: false }], ['global', { dark: false, font: 'serif' }]]);
client.stopClient();
server.closeAllConnections();
server.close();
process.exit(seen ? 0 : 1);
JS
node run.mjs 2>/dev/null | grep -E '^(expected|seen)'
