#!/usr/bin/env bash
# @grpc/grpc-js 1.14.7: `grpc-accept-encoding` in a call's metadata.
# Expected: a call whose metadata says `identity` asks for answers without compression, as any other header is sent as given.
# Seen: the server hears `identity,deflate,gzip`; there is no option against it, so a server that compresses does.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund @grpc/grpc-js@1.14.7
cat > run.cjs <<'JS'
const grpc = require('@grpc/grpc-js');
const { createServer } = require('node:http2');
const raw = createServer();
raw.on('stream', (stream, headers) => {
  console.log(`seen: ${headers['grpc-accept-encoding']}; the other header as given: ${headers['x-other']}`);
  process.exitCode = headers['grpc-accept-encoding'] === 'identity,deflate,gzip' && headers['x-other'] === 'kept' ? 0 : 1;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true });
});
raw.listen(0, '127.0.0.1', () => {
  const client = new grpc.Client(`127.0.0.1:${raw.address().port}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('grpc-accept-encoding', 'identity');
  metadata.set('x-other', 'kept');
  client.makeUnaryRequest('/finding.Service/Ask', (value) => value, (value) => value, Buffer.alloc(0), metadata, () => {
    client.close();
    raw.close();
  });
});
JS
echo "expected: identity"
node run.cjs
