// Projects until the file system of the folder is full, frees some room, and says what it saw as JSON. Argument: folder.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProjection, lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import { openLog } from './deterministicLog.mjs';

const [folder] = process.argv.slice(2);
const seen = { unhandled: [] };
process.on('unhandledRejection', (reason) => seen.unhandled.push(String(reason)));
const ballast = join(folder, 'ballast');
writeFileSync(ballast, Buffer.alloc(10_000_000));

const log = await openLog();
const opened = await createProjection({
  store: log.store,
  storage: lmdbProjectionStorage({ path: join(folder, 'model') }),
  names: log.names,
  runtime: systemRuntime,
  flush: { maxEvents: 200, maxMilliseconds: 5 },
})();
if (opened._tag === 'Left') throw new Error(JSON.stringify(opened.left));
const projection = opened.right;
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
while (projection.health().storageFailure === undefined && log.count() < 200_000) {
  await log.fillTo(log.count() + 200);
  await turn();
}
seen.failure = projection.health().storageFailure;
seen.ready = projection.health().ready;
await log.fillTo(log.count() + 100);
// Still readable, what is not written included.
seen.read = projection.heads('@user1:example.org').accountData !== 'no-stream';
seen.behind = projection.health().writtenPosition !== projection.position();
const codeOf = (result) => (result._tag === 'Left' ? result.left.code : 'right');
seen.verified = codeOf(await projection.verify()());
seen.rebuilt = codeOf(await projection.rebuild()());
seen.live = projection.heads('@user1:example.org').accountData !== 'no-stream';
rmSync(ballast);
for (let tries = 0; tries < 4_000 && projection.health().storageFailure !== undefined; tries += 1) await turn();
await projection.flush();
seen.recovered = projection.health().storageFailure === undefined && projection.health().writtenPosition === projection.position();
const verified = await projection.verify()();
seen.equal = verified._tag === 'Right' ? verified.right.equal : verified.left;
await projection.close();
process.stdout.write(JSON.stringify(seen));
