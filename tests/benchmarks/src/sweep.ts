import { join } from 'node:path';
import { median } from './median.js';
import type { BareSettings, ChangesWork, Program } from './Program.js';
import { fastestSettings } from './programs/fastestSettings.js';
import { programSide, serverSide, type OpenSide } from './Side.js';
import { temporaryFolder } from './temporaryFolder.js';

/**
 * Measures the baselines with each of the settings that might make them faster, so that the figures compare with the
 * fastest. Prints one line each: the medians of five rounds taken in turns.
 */

const settings: ReadonlyArray<readonly [string, Partial<BareSettings>]> = [
  ['fastest', {}],
  ['overlapping sync', { overlappingSync: true }],
  ['memory initialised', { noMemInit: false }],
  ['pages of 8 KiB', { pageSize: 8192 }],
  ['no turn batching', { eventTurnBatching: false }],
];

const at64: ChangesWork = { inFlight: 64, users: 10_000, types: 1, measure: 'rate' };
const at1: ChangesWork = { inFlight: 1, users: 10_000, types: 1, measure: 'latency' };
const load = { connections: 64, usersPerConnection: 16 } as const;

const changes = (work: ChangesWork): ReadonlyArray<readonly [string, OpenSide]> =>
  settings.map(([name, some]) => {
    const program: Program = { _tag: 'BareChanges', work, settings: { ...fastestSettings, ...some } };
    return [`${name}, ${work.measure} at ${work.inFlight}`, programSide(program)];
  });

const gets = (['structures', 'msgpack', 'json', 'string'] as const).map(
  (encoding): readonly [string, OpenSide] => [
    `get, ${encoding}`,
    programSide({ _tag: 'BareGet', users: 10_000, encoding }),
  ],
);

const requests = (['GET', 'PUT'] as const).flatMap((method) =>
  (['json', 'text'] as const).map((parse): readonly [string, OpenSide] => [
    `${method}, body as ${parse}`,
    serverSide({ _tag: 'BareServer', settings: fastestSettings, parse }, (url) => ({ _tag: 'HttpLoad', url, work: { method, ...load } })),
  ]),
);

const rounds = 5;
const seconds = 1;

const folder = await temporaryFolder();
const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
try {
  for (const group of [changes(at64), changes(at1), gets, requests]) {
    const sides = [];
    for (const [name, open] of group) {
      const side = await open({ folder: join(folder.path, name), pin: false, signal: abort.signal });
      sides.push({ name, side, values: [] as Array<number> });
    }
    for (let round = -2; round < rounds; round++) {
      for (const { side, values } of sides) {
        const { value } = await side.round(seconds);
        if (round >= 0) values.push(value);
      }
    }
    for (const { name, side, values } of sides) {
      await side.close();
      process.stdout.write(`${name.padEnd(40)} ${median(values).toPrecision(4)}\n`);
    }
  }
} finally {
  abort.abort();
  await folder.remove();
}
