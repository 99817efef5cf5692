import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { systemRuntime } from '@account-data/runtime';
import { expect, it } from 'vitest';
import { Connection } from '../../src/connection/Connection.js';
import { parseConnectionString } from '../../src/index.js';
import { interrogate } from './questions.js';
import { realServer } from './realServer.js';

it('the double answers as the real server of the same version does', async () => {
  const { connectionString, prefix } = realServer();
  const connection = new Connection(parseConnectionString(connectionString));
  const version = (await (await connection.node()).serverVersion().result).text;
  await connection.close();
  const double = await startEventStoreDbDouble({ version });
  try {
    const real = await interrogate(connectionString, `${prefix}${systemRuntime.random.uuid().slice(0, 8)}-`);
    const doubled = await interrogate(double.connectionString, `${prefix}double-`);
    expect(real.length).toBeGreaterThan(100);
    expect(doubled).toEqual(real);
  } finally {
    await double.stop();
  }
});
