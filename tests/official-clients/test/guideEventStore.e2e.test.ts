import { EventStoreDBClient } from '@eventstore/db-client';
import { expect, it } from 'vitest';
import { countTypes } from '../src/aggregateUser.js';
import { followChangesLegacy } from '../src/followChangesLegacy.js';
import { alice, theme, useEverything, withEngine } from './support/withEngine.js';

it("the guide's examples on the client of EventStoreDB, and emmett, hear of every change and every erasure", async () => {
  await withEngine(async (engine, connectionString) => {
    const client = EventStoreDBClient.connectionString(connectionString);
    await engine.setAccountData(alice, null, theme, { v: 1 });
    await engine.setAccountData(alice, null, 'org.example.font', { v: 2 });
    await useEverything(engine, 'bob');
    const heard: Array<string> = [];
    const abort = new AbortController();
    const following = followChangesLegacy(client, (type) => heard.push(type), abort.signal);
    await expect.poll(() => heard.length).toBe(7);
    expect(heard.filter((type) => type === 'AccountDataUpdated')).toHaveLength(6);
    expect(heard.at(-1)).toBe('UserErased');
    abort.abort();
    await following;
    expect(await countTypes(client, alice)).toBe(2);
    await client.dispose();
  });
});
