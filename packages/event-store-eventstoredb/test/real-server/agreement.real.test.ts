import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { realServer, testPrefix } from '@account-data/tests-eventstoredb-server';
import { expect, it } from 'vitest';
import { Connection } from '../../src/connection/Connection.js';
import { tellsCaughtUp } from '../../src/connection/ServerVersion.js';
import { parseConnectionString } from '../../src/index.js';
import { interrogate } from './questions.js';

it('the double answers as the real server of the same version does', async () => {
  const { connectionString, prefix } = realServer();
  const connection = new Connection(parseConnectionString(connectionString), systemRuntime);
  const version = await (await connection.node()).serverVersion().result;
  await connection.close();
  const double = await startEventStoreDbDouble({ version: version.text });
  try {
    const real = await interrogate(connectionString, testPrefix(prefix), tellsCaughtUp(version));
    const doubled = await interrogate(double.connectionString, `${prefix}double-`, tellsCaughtUp(version));
    expect(real.length).toBeGreaterThan(100);
    expect(doubled).toEqual(real);
  } finally {
    await double.stop();
  }
});
