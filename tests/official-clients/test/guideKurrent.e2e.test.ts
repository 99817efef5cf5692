import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { expect, it } from 'vitest';
import { type Consumer, followChanges } from '../src/followChanges.js';
import { readUser } from '../src/readUser.js';
import { withDoubleProcess } from './support/doubleProcess.js';
import { writeChanges } from './support/writeChanges.js';

const alice = '@alice:example.org';
const bob = '@bob:example.org';

it("the guide's examples on the client of KurrentDB hear of every change and every erasure, and begin again where they were", async () => {
  await withDoubleProcess(async (connectionString) => {
    const client = KurrentDBClient.connectionString(connectionString.replace('esdb', 'kurrentdb'));
    await writeChanges({ connectionString }, [alice, 'org.example.theme'], [bob, 'org.example.theme'], [bob]);
    const heard: Array<unknown> = [];
    const passed: Array<Parameters<Consumer['passed']>[0]> = [];
    const consumer: Consumer = {
      changed: ({ data, created }) => {
        const { userId, type } = data as { readonly userId: string; readonly type: string };
        heard.push([userId, type, created instanceof Date]);
        return Promise.resolve();
      },
      erased: (userId) => {
        heard.push(userId);
        return Promise.resolve();
      },
      passed: (position) => {
        passed.push(position);
        return Promise.resolve();
      },
    };
    const before = [[alice, 'org.example.theme', true], [bob, 'org.example.theme', true], bob];
    const first = new AbortController();
    const following = followChanges(client, consumer, 'start', first.signal);
    // An erasure is in the log before the streams are gone, which is heard of, too.
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(before.length);
    expect(heard).toEqual(before);
    first.abort();
    await following;
    await writeChanges({ connectionString }, [alice, 'org.example.font']);
    const second = new AbortController();
    const again = followChanges(client, consumer, passed.at(-1) ?? 'start', second.signal);
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(before.length + 1);
    expect(heard.at(-1)).toEqual([alice, 'org.example.font', true]);
    second.abort();
    await again;
    expect([...(await readUser(client, alice))]).toEqual([
      ['org.example.theme', { set: 'org.example.theme' }],
      ['org.example.font', { set: 'org.example.font' }],
    ]);
    await client.dispose();
  });
});
