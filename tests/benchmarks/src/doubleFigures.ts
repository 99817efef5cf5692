import type { Figure } from './Figure.js';
import type { ChangesWork, LogWork } from './Program.js';
import { doubleSide } from './Side.js';

/** A server that compresses for clients that accept it. */
const version = '26.1.0';

const caughtUp: LogWork = { events: 50_000, users: 1_000, types: 10 };
const appended: ChangesWork = { inFlight: 64, users: 1_000, types: 1, measure: 'rate' };

const catchUp = (compression: boolean): Figure['ours'] =>
  doubleSide(
    version,
    (server) => ({ _tag: 'EventStoreDbCatchUp', work: caughtUp, server, compression }),
    (server) => ({ _tag: 'EventStoreDbSeed', work: caughtUp, server }),
  );

const appends = (compression: boolean): Figure['ours'] =>
  doubleSide(version, (server) => ({ _tag: 'EventStoreDbChanges', work: appended, awaited: 'appended', server, compression }));

/**
 * The processor time of our client alone, against a double of a server that offers compression: once as it is, once with
 * compression accepted, as every client on `@grpc/grpc-js` does by itself.
 */
export const doubleFigures: ReadonlyArray<Figure> = [
  {
    name: 'eventstoredb-double-catch-up',
    about: 'processor time of 50,000 changes, each, into a new durable projection from a double that offers gzip, against the same with gzip accepted',
    unit: 'µs',
    target: { _tag: 'Ratio', value: 0.33 },
    fixedWork: { maxRounds: 5 },
    ours: catchUp(false),
    baseline: catchUp(true),
  },
  {
    name: 'eventstoredb-double-append-64',
    about: 'processor time of a change to the double, 64 in flight, against the same with gzip accepted',
    unit: 'µs',
    target: { _tag: 'Ratio', value: 0.6 },
    ours: appends(false),
    baseline: appends(true),
  },
];
