import { expect, it } from 'vitest';
import { alice, useEverything, withEngine } from './support/withEngine.js';

it('an engine goes on working when a module imports the client of KurrentDB, and uses it', async () => {
  await withEngine(async (engine, connectionString) => {
    await useEverything(engine, 'alice');
    const { KurrentDBClient, jsonEvent } = await import('@kurrent/kurrentdb-client');
    const client = KurrentDBClient.connectionString(connectionString.replace('esdb', 'kurrentdb'));
    await useEverything(engine, 'second');
    await client.appendToStream('elsewhere', jsonEvent({ type: 'T', data: {} })).catch(() => undefined);
    const types: Array<string | undefined> = [];
    for await (const { event } of client.readStream(`account_data-${alice}`, { maxCount: 1 })) types.push(event?.type);
    expect(types).toEqual(['AccountDataUpdated']);
    await useEverything(engine, 'third');
    await client.dispose();
  });
  // A store that is opened only now, too.
  await withEngine((engine) => useEverything(engine, 'fourth'));
});
