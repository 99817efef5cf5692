import { EventStoreDBClient } from '@eventstore/db-client';
import { it } from 'vitest';
import { consumeGroupLegacy } from '../src/persistentSubscriptionLegacy.js';
import { groupsHearEverything } from './support/groupsHearEverything.js';

it("the guide's persistent subscriptions on the client of EventStoreDB hear of every change, by category and by type", async () => {
  await groupsHearEverything((connectionString) => EventStoreDBClient.connectionString(connectionString), consumeGroupLegacy);
});
