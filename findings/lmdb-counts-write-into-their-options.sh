#!/usr/bin/env bash
# lmdb 3.5.6: getCount and getKeysCount of a range, and a read of it with the same options object after that.
# Expected: the read gives the entries that were counted; a count with a limit is at most the limit; a frozen object may be given.
# Seen: the counts write `onlyCount` (getKeysCount `values`, too) into the object that they are given: getRange with it then
#   throws "Result of the Symbol.iterator method is not an object", a frozen one is refused, and the limit is passed over.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund lmdb@3.5.6
cat > run.mjs <<'JS'
import { open } from 'lmdb';
const db = open({ path: 'data' });
for (const number of [10, 20, 30, 40]) await db.put(number, `value ${number}`);
const tried = (does) => {
  try {
    return JSON.stringify(does());
  } catch (error) {
    return error.message;
  }
};
const page = { start: 20, limit: 2 };
const seen = {
  before: tried(() => [...db.getRange(page)].length),
  count: tried(() => db.getCount(page)),
  after: tried(() => [...db.getRange(page)].length),
  options: JSON.stringify(page),
  frozen: tried(() => db.getCount(Object.freeze({ start: 20 }))),
};
console.log('expected: before 2, count 2, after 2, options {"start":20,"limit":2}, frozen 3\nseen:', seen);
await db.close();
process.exitCode =
  seen.before === '2' && seen.count === '3' && /iterator/.test(seen.after) && /onlyCount/.test(seen.options) && /not extensible/.test(seen.frozen) ? 0 : 1;
JS
node run.mjs
