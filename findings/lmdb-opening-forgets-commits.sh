#!/usr/bin/env bash
# lmdb 3.5.6: a process commits to a file while others open it for reading, and close it again.
# Expected: whatever readers do, what was committed stays (LMDB: "readers don't block writers, and writers don't block readers").
# Seen: committed records are missing afterwards. Each opening, a reader's too, writes the number of the transaction that it has
#   found in the file into the lock file (`mdb_env_open2`: `env->me_txns->mti_txnid = meta.mm_txnid`): what was committed
#   meanwhile is forgotten, and the next commit begins from the transaction before.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund lmdb@3.5.6
cat > read.mjs <<'JS'
import { open } from 'lmdb';
for (;;) {
  const db = open({ path: 'data.mdb', readOnly: true });
  db.get(0);
  await db.close();
}
JS
cat > run.mjs <<'JS'
import { open } from 'lmdb';
import { spawn } from 'node:child_process';
const db = open({ path: 'data.mdb' });
await db.put(0, 'first');
const readers = [1, 2, 3].map(() => spawn(process.execPath, ['read.mjs'], { stdio: 'ignore' }));
const end = Date.now() + 60_000;
let lost;
let written = 0;
while (lost === undefined && Date.now() < end) {
  written += 1;
  await db.put(written, `value ${written}`);
  if (db.get(written - 1) === undefined) lost = written - 1;
}
for (const reader of readers) reader.kill();
console.log(`expected: all ${written} committed records are there\nseen: ${lost === undefined ? 'they are' : `record ${lost} is missing`}`);
process.exit(lost === undefined ? 1 : 0);
JS
node run.mjs
