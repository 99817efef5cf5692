#!/usr/bin/env bash
# pg-logical-replication 2.5.0, against a server that speaks PostgreSQL's replication protocol and sends one transaction.
# 1. With `acknowledge: { auto: false }`, and without a call of `acknowledge()`.
#    Expected: nothing is confirmed, so that the transaction comes again after a crash.
#    Seen: the timer of `acknowledge.timeoutSeconds` (default 10; 1 here) confirms what was received.
# 2. `acknowledge(place)`, with the end of a commit, which PostgreSQL means as the first byte that is not yet processed.
#    Expected: that place is confirmed.
#    Seen: the place after it.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund pg@8.22.0 pg-logical-replication@2.5.0
cat > run.cjs <<'JS'
const { createServer } = require('node:net');
const { LogicalReplicationService, PgoutputPlugin } = require('pg-logical-replication');

const message = (type, ...parts) => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int = (bytes, value) => {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else if (bytes === 4) buffer.writeInt32BE(value);
  else buffer.writeInt16BE(value);
  return buffer;
};
const ready = message('Z', Buffer.from('I'));
const begin = Buffer.concat([Buffer.from('B'), int(8, 0x1000), int(8, 0), int(4, 7)]);
const received = message('d', Buffer.from('w'), int(8, 0x1000), int(8, 0x1000), int(8, 0), begin);

const confirmed = [];
let waiting;
const server = createServer((socket) => {
  let started = false;
  let rest = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const offset = started ? 1 : 0;
      if (rest.length < offset + 4 || rest.length < offset + rest.readInt32BE(offset)) return;
      const end = offset + rest.readInt32BE(offset);
      const type = started ? String.fromCharCode(rest[0]) : 'startup';
      const body = rest.subarray(offset + 4, end);
      rest = rest.subarray(end);
      if (type === 'startup') {
        started = true;
        socket.write(Buffer.concat([message('R', int(4, 0)), ready]));
      } else if (type === 'Q') {
        socket.write(Buffer.concat([message('W', Buffer.from([0]), int(2, 0)), received]));
      } else if (type === 'd' && body[0] === 0x72) {
        // The place that is confirmed as flushed.
        confirmed.push(`0x${body.readBigUInt64BE(9).toString(16)}`);
        waiting?.();
      }
    }
  });
});
const next = () => new Promise((resolve) => (waiting = resolve));

server.listen(0, '127.0.0.1', async () => {
  const service = new LogicalReplicationService(
    { host: '127.0.0.1', port: server.address().port, user: 'u', database: 'd', password: 'p' },
    { acknowledge: { auto: false, timeoutSeconds: 1 } },
  );
  service.on('error', () => undefined);
  const byTimer = next();
  void service.subscribe(new PgoutputPlugin({ protoVersion: 1, publicationNames: ['p'] }), 's').catch(() => undefined);
  await byTimer;
  const first = confirmed.at(-1);
  console.log(`1. expected: nothing confirmed\n   seen: ${first} confirmed, of a transaction that nobody acknowledged`);
  const asked = next();
  await service.acknowledge('0/00002000');
  await asked;
  const second = confirmed.find((place) => place.startsWith('0x2'));
  console.log(`2. expected: 0x2000\n   seen: ${second}`);
  await service.destroy();
  server.close();
  process.exit(first === '0x1001' && second === '0x2001' ? 0 : 1);
});
JS
timeout 60 node run.cjs
