#!/usr/bin/env bash
# @eventstore/db-client 6.2.1 and @kurrent/kurrentdb-client 1.3.1 in one process.
# Expected: the old and the new official client know nothing of each other.
# Seen: their generated classes share the global `proto`. A message of the old client that was serialised before can't be any
# more once the new one was loaded: a TypeError, "getDeadline21100 is not a function".
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund @eventstore/db-client@6.2.1 @kurrent/kurrentdb-client@1.3.1
cat > run.cjs <<'JS'
const streams = require('@eventstore/db-client/generated/streams_pb');
const request = () => {
  const options = new streams.BatchAppendReq.Options();
  const message = new streams.BatchAppendReq();
  message.setOptions(options);
  return message;
};
const before = request().serializeBinary().length;
require('@kurrent/kurrentdb-client');
let seen = 'nothing';
try {
  request().serializeBinary();
} catch (error) {
  seen = `${error.name}: ${error.message}`;
}
console.log(`expected: serialised again, in ${before} bytes\nseen: ${seen}`);
process.exitCode = /getDeadline21100 is not a function/.test(seen) ? 0 : 1;
JS
node run.cjs
