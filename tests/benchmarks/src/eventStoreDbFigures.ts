import { type RealServer, testPrefix } from '@account-data/tests-eventstoredb-server';
import type { Figure } from './Figure.js';
import type { AppendPath, ChangesWork, Follow, LogWork } from './Program.js';
import { programSide } from './Side.js';

/** Names all of these figures. */
export const eventStoreDbGroup = 'eventstoredb';

/** Few enough to be tombstoned afterwards, and more than are in flight. */
const users = 1_000;
const caughtUp: LogWork = { events: 100_000, users: 2_000, types: 10 };

const appends = (run: RealServer, inFlight: number): Pick<Figure, 'ours' | 'baseline' | 'beside'> => {
  const work: ChangesWork = { inFlight, users, types: 1, measure: 'rate' };
  const server = (): RealServer => ({ ...run, prefix: testPrefix(run.prefix) });
  const bare = (path: AppendPath, follow: Follow): Figure['ours'] => programSide({ _tag: 'BareAppends', work, path, follow, server: server() });
  return {
    ours: programSide({ _tag: 'EventStoreDbChanges', work, awaited: 'appended', server: server() }),
    baseline: bare('batch', 'alone'),
    beside: [
      { about: "the bare client's unary path", side: bare('unary', 'alone') },
      { about: 'the bare client while its own subscription follows', side: bare('batch', 'followed') },
    ],
  };
};

const projected = (run: RealServer): Pick<Figure, 'ours' | 'baseline'> => {
  const work: ChangesWork = { inFlight: 1, users, types: 1, measure: 'latency' };
  const changes = (awaited: 'appended' | 'projected'): Figure['ours'] =>
    programSide({ _tag: 'EventStoreDbChanges', work, awaited, server: { ...run, prefix: testPrefix(run.prefix) } });
  return { ours: changes('projected'), baseline: changes('appended') };
};

const catchUp = (run: RealServer): Pick<Figure, 'ours' | 'baseline'> => {
  // Both sides read what one seed has written.
  const server = { ...run, prefix: testPrefix(run.prefix) };
  return {
    ours: programSide({ _tag: 'EventStoreDbCatchUp', work: caughtUp, server }, { _tag: 'EventStoreDbSeed', work: caughtUp, server }),
    baseline: programSide({ _tag: 'BareCatchUp', work: caughtUp, server }),
  };
};

/** Stands for the server where there is none: nothing is ever opened there. */
const nowhere: RealServer = { connectionString: 'esdb://127.0.0.1:1?tls=false', prefix: 'nowhere_' };

/**
 * The figures that need a real EventStoreDB; without one they say that they could not be measured. Their order is that
 * in which they run: the log of the catch-up is longest, and everything after it would have to read past it.
 */
export const eventStoreDbFigures = (server: RealServer | undefined): ReadonlyArray<Figure> => {
  const run = server ?? nowhere;
  const unavailable = (): string | undefined => (server === undefined ? 'EVENTSTOREDB_URL is not set' : undefined);
  return [
    {
      name: 'eventstoredb-append-1',
      about: "the engine's writes to EventStoreDB, one in flight, against the bare client's appends of the same bytes on the same path",
      unit: 'appends/s',
      target: { _tag: 'Ratio', value: 0.9 },
      unavailable,
      group: eventStoreDbGroup,
      ...appends(run, 1),
    },
    {
      name: 'eventstoredb-append-64',
      about: 'the same, 64 in flight',
      unit: 'appends/s',
      target: { _tag: 'Ratio', value: 0.9 },
      unavailable,
      group: eventStoreDbGroup,
      ...appends(run, 64),
    },
    {
      name: 'eventstoredb-projected-1',
      about: 'the median latency of a change to EventStoreDB that a read shows when it is answered, against one that is only appended',
      unit: 'ms',
      target: { _tag: 'Added', value: 1 },
      unavailable,
      group: eventStoreDbGroup,
      ...projected(run),
    },
    {
      name: 'eventstoredb-catch-up',
      about: "100,000 changes from EventStoreDB into a new durable projection, against the bare client's filtered subscription over $all",
      unit: 'events/s',
      target: { _tag: 'Ratio', value: 0.8 },
      fixedWork: { maxRounds: 5 },
      unavailable,
      group: eventStoreDbGroup,
      ...catchUp(run),
    },
  ];
};
