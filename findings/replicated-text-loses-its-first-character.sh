#!/usr/bin/env bash
# pg-logical-replication 2.5.0: a text column whose value begins with U+FEFF, as PostgreSQL sends it (bytes ef bb bf 61).
# Expected: "\ufeffa", as `pg` itself gives it for the same bytes.
# Seen: "a": the decoder takes the first character of every value for a byte order mark.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund pg@8.22.0 pg-logical-replication@2.5.0
cat > run.cjs <<'JS'
const { PgoutputPlugin } = require('pg-logical-replication');
const int = (bytes, value) => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
};
const text = (value) => Buffer.from(`${value}\0`);
const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: ['p'] });
// Relation 1, public.t, with one column: content, of type text (25).
plugin.parse(Buffer.concat([Buffer.from('R'), int(4, 1), text('public'), text('t'), Buffer.from('d'), int(2, 1), int(1, 0), text('content'), int(4, 25), int(4, -1)]));
const value = Buffer.from('\ufeffa');
const { new: row } = plugin.parse(Buffer.concat([Buffer.from('I'), int(4, 1), Buffer.from('N'), int(2, 1), Buffer.from('t'), int(4, value.length), value]));
console.log(`expected: "\\ufeffa"\nseen: ${JSON.stringify(row.content)}`);
process.exitCode = row.content === 'a' ? 0 : 1;
JS
node run.cjs
