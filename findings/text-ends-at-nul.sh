#!/usr/bin/env bash
# node-sqlite3-wasm 0.8.60: a TEXT that holds NUL.
# Expected: the whole text, as SQLite has it (`length(cast(… as blob))` is 3) and as node:sqlite and better-sqlite3 give it.
# Seen: the text up to the NUL.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund node-sqlite3-wasm@0.8.60
cat > run.cjs <<'JS'
const { Database } = require('node-sqlite3-wasm');
const db = new Database();
const row = db.get("select 'a' || char(0) || 'b' as text, length(cast('a' || char(0) || 'b' as blob)) as bytes");
console.log(`expected: "a\\u0000b" of ${row.bytes} bytes\nseen: ${JSON.stringify(row.text)}`);
db.close();
process.exitCode = row.bytes === 3 && row.text === 'a' ? 0 : 1;
JS
node run.cjs
