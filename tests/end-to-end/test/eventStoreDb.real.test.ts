import { realServer } from '@account-data/tests-eventstoredb-server';
import { eventStoreDbLog } from '../src/index.js';
import { badInput } from './suites/badInput.js';
import { commandOverHttp } from './suites/commandOverHttp.js';
import { erasure } from './suites/erasure.js';
import { feedResume } from './suites/feedResume.js';
import { gracefulStop } from './suites/gracefulStop.js';
import { killNine } from './suites/killNine.js';
import { mainJob } from './suites/mainJob.js';
import { operations } from './suites/operations.js';
import { severalServers } from './suites/severalServers.js';

/** Everything that is true end to end on the embedded store, and what several servers on one log promise. */

const log = eventStoreDbLog('a real EventStoreDB', realServer);

mainJob(log);
commandOverHttp(log);
operations(log);
erasure(log);
feedResume(log);
badInput(log);
gracefulStop(log);
killNine(log, 8);
severalServers(log);
