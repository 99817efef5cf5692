import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { it } from 'vitest';
import { consumeGroup } from '../src/persistentSubscription.js';
import { groupsHearEverything } from './support/groupsHearEverything.js';

it("the guide's persistent subscriptions on the client of KurrentDB hear of every change, by category and by type", async () => {
  await groupsHearEverything((connectionString) => KurrentDBClient.connectionString(connectionString.replace(/^esdb/, 'kurrentdb')), consumeGroup);
});
