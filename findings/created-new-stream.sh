#!/usr/bin/env bash
# @event-driven-io/emmett-esdb 0.20.0: `createdNewStream` of an append.
# Expected: true for the append that creates the stream (two events, the last at revision 1), false for a later one (two
# events more, the last at revision 3).
# Seen: false for the first, true for the later one. The client below stands for a server: it counts revisions as one does.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @event-driven-io/emmett-esdb@0.20.0 @event-driven-io/emmett@0.20.0 @eventstore/db-client@6.2.1
cat > run.mjs <<'JS'
import { getEventStoreDBEventStore } from '@event-driven-io/emmett-esdb';
let last = -1n;
const client = {
  appendToStream: async (_stream, events) => {
    last += BigInt(events.length);
    return { success: true, nextExpectedRevision: last, position: { commit: last, prepare: last } };
  },
};
const store = getEventStoreDBEventStore(client);
const events = [{ type: 'A', data: {} }, { type: 'B', data: {} }];
const first = await store.appendToStream('stream', events);
const later = await store.appendToStream('stream', events);
console.log(`expected: true, then false\nseen: ${first.createdNewStream}, then ${later.createdNewStream}`);
process.exitCode = first.createdNewStream === false && later.createdNewStream === true ? 0 : 1;
JS
node run.mjs
