// Keeps a table in PostgreSQL of how often each user changed each type on each day.
//
//   ACCOUNT_DATA_URL=http://127.0.0.1:8090 ACCOUNT_DATA_TOKEN=… DATABASE_URL=postgresql://… npm start
import { clientFeed, createAccountDataClient } from '@account-data/client';
import { consume } from '@account-data/consumer';
import { openPostgres } from '@account-data/consumer/postgres';
import pg from 'pg';
import { countChange, migrations } from './changesPerDay.js';

const { ACCOUNT_DATA_URL: baseUrl = 'http://127.0.0.1:8090', ACCOUNT_DATA_TOKEN: token = '', DATABASE_URL: connectionString } = process.env;

const pool = new pg.Pool({ connectionString });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('SIGINT', () => stop.abort());

await consume({
  source: clientFeed(createAccountDataClient({ baseUrl, token })),
  database: await openPostgres({ pool, schema: 'account_data_report', migrations }),
  handle: countChange,
  batchSize: 100,
  signal: stop.signal,
  onCheckpoint: ({ position }) => console.log(position),
  onFailure: (error) => console.error(error),
});
await pool.end();
