// Keeps a table in SQLite of how often each user changed each type, exactly once per change, whatever happens to the
// process. Run it on a data folder that no server uses at the moment:
//
//   node packages/consumer/examples/sqlite-table.mjs DATA_FOLDER TABLE.sqlite
//
// The data folder is the server's; TABLE.sqlite is made where it is missing. Stop it with Ctrl-C.
import { consume } from '@account-data/consumer';
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

// This build of SQLite locks with a folder beside the file, which a killed process leaves behind. Only one consumer
// may write the file at a time, so at the start the lock is nobody's.
rmSync(`${file}.lock`, { recursive: true, force: true });
const table = new sqlite.Database(file);
table.exec(`
  CREATE TABLE IF NOT EXISTS changes (user_id TEXT, type TEXT, count INTEGER, PRIMARY KEY (user_id, type));
  CREATE TABLE IF NOT EXISTS checkpoint (id INTEGER PRIMARY KEY CHECK (id = 0), log_id TEXT, position TEXT);
`);

/** The consumer's own transaction: the counts and the checkpoint are kept together, or neither is. */
const database = {
  transaction: async (work) => {
    table.exec('BEGIN IMMEDIATE');
    try {
      const result = await work(table);
      table.exec('COMMIT');
      return result;
    } catch (error) {
      table.exec('ROLLBACK');
      throw error;
    }
  },
  loadCheckpoint: () => {
    const row = table.get('SELECT log_id, position FROM checkpoint');
    return row ? { logId: row.log_id, position: row.position } : null;
  },
  saveCheckpoint: (_transaction, { logId, position }) => {
    table.run('INSERT OR REPLACE INTO checkpoint VALUES (0, ?, ?)', [logId, position]);
  },
};

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
  handle: (transaction, item) => {
    if (item._tag !== 'AccountDataUpdated') return;
    transaction.run(
      'INSERT INTO changes VALUES (?, ?, 1) ON CONFLICT (user_id, type) DO UPDATE SET count = count + 1',
      [item.userId, item.type],
    );
  },
  onCheckpoint: ({ position }) => console.log(position),
  onFailure: (error) => console.error(error),
});

await engine.close();
await store.close();
table.close();
