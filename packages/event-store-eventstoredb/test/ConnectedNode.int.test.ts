import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { expect, it } from 'vitest';
import { Connection } from '../src/connection/Connection.js';
import { parseConnectionString } from '../src/index.js';
import { lastEventsRequest } from '../src/wire/readRequests.js';

it('a node that is replaced by one of another version is asked for it anew, and what was meant for the first goes nowhere', async () => {
  const newer = await startEventStoreDbDouble({ version: '24.10.0' });
  const { port } = newer;
  const connection = new Connection(parseConnectionString(newer.connectionString), systemRuntime);
  const before = await connection.node();
  expect(await before.serverVersion().result).toMatchObject({ text: '24.10.0' });
  await newer.stop();
  const older = await startEventStoreDbDouble({ version: '22.10.5', port });
  try {
    before.leave('it was replaced');
    const now = await connection.node();
    expect(await now.serverVersion().result).toMatchObject({ text: '22.10.5' });
    await expect(before.openRead(lastEventsRequest('end', 1))).rejects.toMatchObject({ fault: { _tag: 'Transient', sent: false } });
    expect(older.traffic.reads).toBe(0);
    // Left twice: the node that took its place is not the one that is meant.
    before.leave('it was replaced');
    expect(await connection.node()).toMatchObject({});
    expect(await now.serverVersion().result).toMatchObject({ text: '22.10.5' });
  } finally {
    await connection.close();
    await older.stop();
  }
});
