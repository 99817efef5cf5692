import { systemRuntime } from '@account-data/runtime';
import { realServer, testPrefix } from '@account-data/tests-eventstoredb-server';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { expect, it } from 'vitest';
import { consumeGroup } from '../src/persistentSubscription.js';
import { writeChanges } from './support/writeChanges.js';

it("the guide's persistent subscriptions on the client of KurrentDB hear of every change, by category and by type", async () => {
  const { connectionString, prefix: run } = realServer();
  const prefix = testPrefix(run);
  const client = KurrentDBClient.connectionString(connectionString.replace(/^esdb/, 'kurrentdb'));
  const streams = [`$ce-${prefix}account_data`, '$et-AccountDataUpdated'];
  const group = systemRuntime.random.uuid();
  const abort = new AbortController();
  const consumed: Array<Promise<void>> = [];
  try {
    await writeChanges({ connectionString, prefix }, ['@alice:example.org', 'org.example.theme'], ['@alice:example.org', 'org.example.font']);
    const heard = streams.map((): Array<unknown> => []);
    for (const [index, stream] of streams.entries()) {
      const onChange = (_id: string, data: unknown): Promise<void> => {
        heard[index]?.push(data);
        return Promise.resolve();
      };
      consumed.push(consumeGroup(client, stream, group, onChange, abort.signal));
    }
    const change = (type: string): unknown => expect.objectContaining({ userId: '@alice:example.org', type }) as unknown;
    const expected = [change('org.example.theme'), change('org.example.font')];
    await expect.poll(() => heard[0], { timeout: 60_000 }).toEqual(expected);
    await expect.poll(() => heard[1], { timeout: 60_000 }).toEqual(expect.arrayContaining(expected));
  } finally {
    abort.abort();
    await Promise.allSettled(consumed);
    for (const stream of streams) await client.deletePersistentSubscriptionToStream(stream, group).catch(() => undefined);
    await client.dispose();
  }
});
