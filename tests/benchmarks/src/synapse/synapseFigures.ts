import { mkdir } from 'node:fs/promises';
import type { Figure } from '../Figure.js';
import type { LoadWork, Program } from '../Program.js';
import { loadSide, type OpenSide, programSide, serverSide, sideOn } from '../Side.js';
import { postgresMissing, startFullTables, startHomeserver, startTables, synapseMissing } from './sources.js';

const connections = 32;
const written = 20_000;
const takenOver = 100_000;

const put: LoadWork = { method: 'PUT', connections, usersPerConnection: 1 };

/** PUTs of account data to a real Synapse. */
const synapsePuts = (isAudited: boolean): OpenSide =>
  sideOn(
    async (context) => {
      await mkdir(context.folder, { recursive: true });
      return startHomeserver(connections, isAudited, context);
    },
    (homeserver, context) => loadSide(homeserver, { _tag: 'HttpLoad', url: homeserver.url, work: { ...put, askers: homeserver.askers } }, context),
  );

const auditRoom = { module: '@account-data/module-audit-room', config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' } };

const ourPuts = (awaited: LoadWork['awaited']): OpenSide =>
  serverSide({ _tag: 'Server', users: connections, modules: [auditRoom] }, (url) => ({
    _tag: 'HttpLoad',
    url,
    work: { ...put, ...(awaited === undefined ? {} : { awaited }) },
  }));

/** The time of a change at a real Synapse that is followed: until its answer, or from there to our feed. */
const answers = (measured: 'answer' | 'feed'): OpenSide =>
  sideOn(
    async (context) => {
      await mkdir(context.folder, { recursive: true });
      return startHomeserver(1, false, context);
    },
    ({ url, database, askers: [asker] }, context) => {
      if (asker === undefined) throw new Error('No user was registered.');
      return programSide({ _tag: 'SynapseAnswers', database, url, asker, measured })(context);
    },
  );

const overRows = (program: (database: string) => Program): OpenSide =>
  sideOn(
    () => startFullTables(takenOver),
    ({ url }, context) => programSide(program(url))(context),
  );

const importing = (order: 'written' | 'by-user'): OpenSide => overRows((database) => ({ _tag: 'SynapseLinesImport', database, rows: takenOver, order }));

/** The figures beside a real Synapse, and on tables as it has them; both on PostgreSQL, on this machine. */
export const synapseFigures: ReadonlyArray<Figure> = [
  {
    name: 'follow-synapse-rate',
    group: 'follow-synapse',
    about: 'rows written by SQL in the form of Synapse, a commit each, until all are in the log, against the PUTs that a real Synapse takes at 32 connections',
    unit: 'changes/s',
    target: { _tag: 'Ratio', value: 5 },
    unavailable: synapseMissing,
    ours: sideOn(startTables, ({ url }, context) => programSide({ _tag: 'SynapseFollow', database: url, rows: written })(context)),
    baseline: synapsePuts(false),
  },
  {
    name: 'follow-synapse-take-over',
    group: 'follow-synapse',
    about: '100,000 rows of a Synapse taken over from PostgreSQL, against our own import of the same lines from a file',
    unit: 'changes/s',
    target: { _tag: 'Ratio', value: 0.8 },
    fixedWork: { maxRounds: 5 },
    unavailable: postgresMissing,
    ours: overRows((database) => ({ _tag: 'SynapseTakeOver', database, rows: takenOver })),
    baseline: importing('written'),
    beside: [{ about: 'the import of lines that have those of a user together', side: importing('by-user') }],
  },
  {
    name: 'follow-synapse-latency',
    group: 'follow-synapse',
    about: 'the median time from the answer of a real Synapse to the change in our feed, against the time that it takes to answer',
    unit: 'ms',
    target: { _tag: 'Ours', value: 50 },
    unavailable: synapseMissing,
    ours: answers('feed'),
    baseline: answers('answer'),
  },
  {
    name: 'put-synapse-modules',
    group: 'put-synapse',
    about: 'PUT at 32 connections with the audit module, waiting for its announcement, against a real Synapse with the module of its documentation',
    unit: 'requests/s',
    target: { _tag: 'Ratio', value: 30 },
    unavailable: synapseMissing,
    ours: ourPuts('modules'),
    baseline: synapsePuts(true),
  },
  {
    name: 'put-synapse-projected',
    group: 'put-synapse',
    about: 'the same with the default wait, until it is durable and projected, the audit module following',
    unit: 'requests/s',
    target: { _tag: 'Ratio', value: 100 },
    unavailable: synapseMissing,
    ours: ourPuts(undefined),
    baseline: synapsePuts(true),
  },
];
