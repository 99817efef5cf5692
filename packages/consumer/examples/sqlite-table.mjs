// Keeps a table in SQLite of how often each user changed each type, exactly once per change, whatever happens to the
// process. Run it on a data folder that no server uses at the moment:
//
//   node packages/consumer/examples/sqlite-table.mjs DATA_FOLDER TABLE.sqlite
//
// The data folder is the server's; TABLE.sqlite is made where it is missing. Stop it with Ctrl-C.
import { consume } from '@account-data/consumer';
import { openSqlite } from '@account-data/consumer/sqlite';
import { createAccountDataEngine, feedSource } from '@account-data/engine';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';

const [folder, file] = process.argv.slice(2);
if (folder === undefined || file === undefined) {
  console.error('Usage: sqlite-table.mjs DATA_FOLDER TABLE.sqlite');
  process.exit(2);
}

/** From Node 22.13 on, `new DatabaseSync(path)` of `node:sqlite` is all that this is. */
const open = (path) => {
  // This build of SQLite locks with a folder beside the file, which a killed process leaves behind. Only one consumer
  // may write the file at a time, so at the start the lock is nobody's.
  rmSync(`${path}.lock`, { recursive: true, force: true });
  const connection = new sqlite.Database(path);
  return {
    exec: (sql) => connection.exec(sql),
    prepare: (sql) => ({
      run: (...values) => connection.run(sql, values),
      get: (...values) => connection.get(sql, values),
      all: (...values) => connection.all(sql, values),
    }),
    close: () => connection.close(),
  };
};

const database = await openSqlite({
  path: file,
  open,
  migrations: [{ name: '1 changes', sql: 'CREATE TABLE changes (user_id TEXT, type TEXT, count INTEGER, PRIMARY KEY (user_id, type))' }],
});

const opened = await openLmdbEventStore({ path: join(folder, 'log'), runtime: systemRuntime })();
if (opened._tag === 'Left') {
  console.error(opened.left.message);
  process.exit(1);
}
const store = opened.right;
const engine = await createAccountDataEngine({ store });

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
await consume({
  source: feedSource(engine),
  database,
  signal: stop.signal,
  batchSize: 50,
  handle: (table, item) => {
    if (item._tag !== 'AccountDataUpdated') return;
    const count = 'INSERT INTO changes VALUES (?, ?, 1) ON CONFLICT (user_id, type) DO UPDATE SET count = count + 1';
    table.prepare(count).run(item.userId, item.type);
  },
  onCheckpoint: ({ position }) => console.log(position),
  onFailure: (error) => console.error(error),
});

await engine.close();
await store.close();
database.close();
