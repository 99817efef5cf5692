import { type EventStoreDbDouble, startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { afterAll, beforeAll } from 'vitest';
import { eventStoreDbLog } from '../src/index.js';
import { commandOverHttp } from './suites/commandOverHttp.js';
import { erasure } from './suites/erasure.js';
import { feedResume } from './suites/feedResume.js';
import { killNine } from './suites/killNine.js';
import { mainJob } from './suites/mainJob.js';
import { operations } from './suites/operations.js';
import { severalServers } from './suites/severalServers.js';

/** What `pnpm test:eventstoredb` runs against a real server, as far as a double of it can show it in little time. */

let double: EventStoreDbDouble;

beforeAll(async () => {
  double = await startEventStoreDbDouble();
});

afterAll(() => double.stop());

const log = eventStoreDbLog('a double of EventStoreDB', () => ({ connectionString: double.connectionString, prefix: 'e2e_' }));

mainJob(log);
commandOverHttp(log);
operations(log);
erasure(log);
feedResume(log);
killNine(log, 3);
severalServers(log);
