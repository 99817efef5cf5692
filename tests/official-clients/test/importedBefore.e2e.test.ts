import { expect, it } from 'vitest';

it('an engine works in a process that has imported the client of KurrentDB before, and uses it', async () => {
  const { KurrentDBClient } = await import('@kurrent/kurrentdb-client');
  const { alice, useEverything, withEngine } = await import('./support/withEngine.js');
  await withEngine(async (engine, connectionString) => {
    const client = KurrentDBClient.connectionString(connectionString.replace('esdb', 'kurrentdb'));
    await useEverything(engine, 'alice');
    const types: Array<string | undefined> = [];
    for await (const { event } of client.readStream(`account_data-${alice}`)) types.push(event?.type);
    expect(types).toEqual(['AccountDataUpdated', 'AccountDataUpdated', 'AccountDataUpdated']);
    await useEverything(engine, 'second');
    await client.dispose();
  });
});
