import type { RealServer } from '@account-data/tests-eventstoredb-server';
import { auditPageFigures } from './auditPageFigures.js';
import { commandFigures } from './commandFigures.js';
import { doubleFigures } from './doubleFigures.js';
import { eventStoreDbFigures } from './eventStoreDbFigures.js';
import type { Figure } from './Figure.js';
import { processFigures } from './processFigures.js';
import type { ChangesWork, HistoryWork, LoadWork, LogWork, Program } from './Program.js';
import { fastestSettings } from './programs/fastestSettings.js';
import { programSide, serverSide } from './Side.js';
import { synapseFigures } from './synapse/synapseFigures.js';

const users = 10_000;

const changes = (work: ChangesWork): Pick<Figure, 'ours' | 'baseline'> => ({
  ours: programSide({ _tag: 'EngineChanges', work }),
  baseline: programSide({ _tag: 'BareChanges', work, settings: fastestSettings }),
});

const connections = 64;
const usersPerConnection = 16;
const requestingUsers = connections * usersPerConnection;
const bare: Program = { _tag: 'BareServer', settings: fastestSettings, parse: 'text' };
const careful: Program = { _tag: 'CarefulServer', settings: fastestSettings, users: requestingUsers };

const requests = (method: LoadWork['method'], baseline: Program): Pick<Figure, 'ours' | 'baseline'> => {
  const load = (url: string): Program => ({ _tag: 'HttpLoad', url, work: { method, connections, usersPerConnection } });
  return { ours: serverSide({ _tag: 'Server', users: requestingUsers }, load), baseline: serverSide(baseline, load) };
};

const tenants = (beside: boolean): Figure['ours'] => serverSide({ _tag: 'Server', users: 2 }, (url) => ({ _tag: 'TenantsLoad', url, beside }));

const seed = (work: LogWork): Program => ({ _tag: 'EngineSeed', work });

const history = (read: HistoryWork['read']): Pick<Figure, 'ours' | 'baseline'> => {
  const work: HistoryWork = { users: 100, changes: 1_000, types: 20, read, pageSize: 100 };
  return {
    ours: programSide({ _tag: 'EngineHistory', work }, seed({ ...work, events: work.users * work.changes })),
    baseline: programSide({ _tag: 'BareHistory', work }),
  };
};

const delivered: LogWork = { events: 100_000, users, types: 1 };
const rebuilt: LogWork = { events: 1_000_000, users: 100_000, types: 3 };

/** The figures on the embedded store. */
const embeddedFigures: ReadonlyArray<Figure> = [
  {
    name: 'change-64-users',
    about: 'durable and projected changes, 64 in flight over 10,000 users, against bare lmdb puts of event and state',
    unit: 'changes/s',
    target: { _tag: 'Ratio', value: 0.7 },
    ...changes({ inFlight: 64, users, types: 1, measure: 'rate' }),
  },
  {
    name: 'change-64-one-user',
    about: 'the same, 64 in flight of one user, over 64 types',
    unit: 'changes/s',
    target: { _tag: 'Ratio', value: 0.7 },
    ...changes({ inFlight: 64, users: 1, types: 64, measure: 'rate' }),
  },
  {
    name: 'change-1',
    about: 'the median latency of a durable and projected change, one in flight, against bare lmdb puts',
    unit: 'ms',
    target: { _tag: 'Ratio', value: 1.3 },
    ...changes({ inFlight: 1, users, types: 1, measure: 'latency' }),
  },
  {
    name: 'get',
    about: 'reads of the current content over 10,000 users, against a bare lmdb get with decode',
    unit: 'reads/s',
    target: { _tag: 'Ratio', value: 0.6 },
    ours: programSide({ _tag: 'EngineGet', users }),
    baseline: programSide({ _tag: 'BareGet', users, encoding: 'structures' }),
  },
  {
    name: 'http-put-64',
    about: 'PUT at 64 connections of 1,024 users, against a bare Fastify route that awaits one durable lmdb put',
    unit: 'requests/s',
    target: { _tag: 'Ratio', value: 0.7 },
    ...requests('PUT', bare),
  },
  {
    name: 'http-get-64',
    about: 'GET at 64 connections of 1,024 users, against a bare Fastify route that answers the same bytes',
    unit: 'requests/s',
    target: { _tag: 'Ratio', value: 0.85 },
    ...requests('GET', bare),
  },
  {
    name: 'http-put-64-careful',
    about: 'the same PUT, against a bare Fastify route that looks up the token, puts event and state under one flush, and answers ETag, position and no-store',
    unit: 'requests/s',
    target: { _tag: 'Ratio', value: 0.85 },
    ...requests('PUT', careful),
  },
  {
    name: 'http-get-64-careful',
    about: 'the same GET, against a bare Fastify route that looks up the token, gets the state, and answers ETag, position and no-store',
    unit: 'requests/s',
    target: { _tag: 'Ratio', value: 0.95 },
    ...requests('GET', careful),
  },
  {
    name: 'tenants',
    about: 'the slowest of /healthz and of a GET while another user asks for all its data, against a server of which nobody asks anything else',
    unit: 'ms',
    target: { _tag: 'Ours', value: 100 },
    memory: {
      name: 'tenants-memory',
      about: 'the most anonymous memory of the server meanwhile, against that of the quiet one',
      target: { _tag: 'Ours', value: 400 },
    },
    ours: tenants(true),
    baseline: tenants(false),
  },
  {
    name: 'modules-noop',
    about: 'deliveries of 100,000 changes to two modules that do nothing, progress written, against a loop over the store',
    unit: 'deliveries/s',
    target: { _tag: 'Ratio', value: 0.5 },
    fixedWork: { maxRounds: 5 },
    ours: programSide({ _tag: 'EngineDeliveries', work: delivered }, seed(delivered)),
    baseline: programSide({ _tag: 'BareDeliveries', work: delivered }, seed(delivered)),
  },
  {
    name: 'rebuild-1m',
    about: 'a rebuild in the server from 1,000,000 changes of 100,000 users, against a scan and parse of such a log into a Map',
    unit: 'events/s',
    target: { _tag: 'Ratio', value: 0.8 },
    fixedWork: { maxRounds: 3 },
    memory: {
      name: 'rebuild-1m-memory',
      about: 'the most anonymous memory of the server meanwhile, against that of the scan',
      target: { _tag: 'Ours', value: 300 },
    },
    ours: programSide({ _tag: 'ServerRebuild', work: rebuilt }, seed(rebuilt)),
    baseline: programSide({ _tag: 'BareScan', work: rebuilt }),
  },
  {
    name: 'history-page',
    about: 'a page of 100 of the history of a user with 1,000 changes, against a bare range read and parse',
    unit: 'ms',
    target: { _tag: 'Ratio', value: 1.5 },
    ...history('page'),
  },
  {
    name: 'as-of',
    about: 'the state of a user with 1,000 changes at an earlier revision, against a bare range read, parse and fold',
    unit: 'ms',
    target: { _tag: 'Ours', value: 9 },
    ...history('as-of'),
  },
];

/** All figures, in the order in which they run. Those on a real EventStoreDB can only be measured where there is one. */
export const figuresOn = (server: RealServer | undefined): ReadonlyArray<Figure> => [
  ...embeddedFigures,
  ...processFigures,
  ...auditPageFigures,
  ...commandFigures,
  ...doubleFigures,
  ...synapseFigures,
  ...eventStoreDbFigures(server),
];
