// Projects the deterministic log into a folder until it is killed. Arguments: folder, how many events are there at first.
// Says "N WRITTEN" as it goes on: how many events the log has, and whether anything was written.
import { writeSync } from 'node:fs';
import { createProjection, lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import { openLog } from './deterministicLog.mjs';

const [path, first] = process.argv.slice(2);
const log = await openLog();
await log.fillTo(Number(first));
const opened = await createProjection({
  store: log.store,
  storage: lmdbProjectionStorage({ path }),
  names: log.names,
  runtime: systemRuntime,
  flush: { maxEvents: 40, maxMilliseconds: 5 },
})();
if (opened._tag === 'Left') throw new Error(JSON.stringify(opened.left));
const projection = opened.right;
writeSync(1, `opened ${String(projection.position())}\n`);
for (;;) {
  await log.fillTo(log.count() + 10);
  await new Promise((resolve) => setImmediate(resolve));
  writeSync(1, `${log.count()} ${String(projection.health().writtenPosition)}\n`);
}
