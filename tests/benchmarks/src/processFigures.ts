import type { Figure } from './Figure.js';
import type { PinnedWork, Program } from './Program.js';
import { loadSide, type OpenSide, sideOn } from './Side.js';
import { startServerProcesses } from './serverProcesses.js';

const connections = 64;
const usersPerConnection = 16;

const served = (processes: number, load: (url: string) => Program): OpenSide =>
  sideOn(
    (context) => startServerProcesses(processes, connections * usersPerConnection, context),
    (server, context) => loadSide(server, load(server.url), context),
  );

const gets = (processes: number): OpenSide => served(processes, (url) => ({ _tag: 'HttpLoad', url, work: { method: 'GET', connections, usersPerConnection } }));

const puts = (processes: number, at: PinnedWork['at']): OpenSide =>
  served(processes, (url) => ({ _tag: 'PinnedLoad', url, work: { at, connections, usersPerConnection } }));

const unavailable = (): string | undefined => (process.platform === 'linux' ? undefined : 'the processor time of other processes is read from /proc, which Linux has');

/** What several processes on one folder cost, all together. */
export const processFigures: ReadonlyArray<Figure> = [
  {
    name: 'processes-get',
    group: 'processes',
    about: 'the processor time of a GET in all processes of a server of two, asked in turn at 64 connections, against a server of one process',
    unit: 'µs',
    target: { _tag: 'Ratio', value: 1.1 },
    unavailable,
    ours: gets(2),
    baseline: gets(1),
  },
  {
    name: 'processes-put-other',
    group: 'processes',
    about: 'the processor time in all processes of a PUT at the one beside the owner of the log, 64 in flight, against a PUT at the owner, both of a server of two',
    unit: 'µs',
    target: { _tag: 'Added', value: 40 },
    unavailable,
    ours: puts(2, 'other'),
    baseline: puts(2, 'owner'),
    beside: [{ about: 'at a server of one process', side: puts(1, 'owner') }],
  },
];
