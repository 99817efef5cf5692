import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { expect, it } from 'vitest';
import { startEventStoreDbDouble } from '../src/index.js';

/** What a subscription from the start hears of a stream until it has caught up. */
const heard = (client: EventStoreDBClient): Promise<ReadonlyArray<unknown>> =>
  new Promise((resolve, reject) => {
    const told: Array<unknown> = [];
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['s'] }) });
    subscription.on('error', reject);
    subscription.on('data', ({ event }) => told.push([event?.revision, event?.data]));
    subscription.on('caughtUp', () => {
      void subscription.unsubscribe().then(() => {
        resolve(told);
      });
    });
  });

it.each([
  ['24.10.0', 'as they are'],
  ['26.1.0', 'compressed'],
])('blocks that a double as %s encodes beforehand are what it sends otherwise, %s', async (version) => {
  const answers: Array<unknown> = [];
  for (const encodesBeforehand of [false, true]) {
    const server = await startEventStoreDbDouble({ version, encodesBeforehand });
    const client = EventStoreDBClient.connectionString(server.connectionString);
    try {
      for (let append = 0; append < 3; append += 1) {
        await client.appendToStream('s', Array.from({ length: 300 }, (_, index) => jsonEvent({ type: 'T', data: { append, index } })));
      }
      answers.push(await heard(client));
    } finally {
      await client.dispose();
      await server.stop();
    }
  }
  expect(answers[0]).toHaveLength(900);
  expect(answers[1]).toEqual(answers[0]);
});
