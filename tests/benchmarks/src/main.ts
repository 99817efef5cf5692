import { beginRun, type RealServer, realServerUrl, runPrefix, type RunStreams } from '@account-data/tests-eventstoredb-server';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisonLine, comparisonText } from './against/comparisonText.js';
import { measureAgainst } from './against/measureAgainst.js';
import { parseArguments, usage, type Arguments } from './Arguments.js';
import { eventStoreDbGroup } from './eventStoreDbFigures.js';
import type { Figure } from './Figure.js';
import { figuresOn } from './figures.js';
import { measureFigure, type FigureResult } from './measureFigure.js';
import { besideText, jsonLine, table, targetText } from './report.js';
import { temporaryFolder } from './temporaryFolder.js';

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Measures what was asked for; true where nothing failed. A missed target is no failure: it is printed. */
const run = async (
  figures: ReadonlyArray<Figure>,
  { only, json, rounds, seconds, warmUp, pin }: Arguments,
  signal: AbortSignal,
): Promise<boolean> => {
  const results: Array<FigureResult> = [];
  let failed = 0;
  const folder = await temporaryFolder();
  try {
    if (folder.inMemory) say(`${folder.path} is kept in memory: set TMPDIR to a folder on a disk, or nothing is flushed.`);
    for (const figure of figures) {
      const reason = await figure.unavailable?.();
      if (reason !== undefined) {
        say(`${figure.name}: not measured: ${reason}`);
        // Asked for by name, it is missed.
        if (only !== undefined) failed++;
        continue;
      }
      if (!json) say(`${figure.name} …`);
      const contextOf = (side: string) => ({ folder: join(folder.path, figure.name, side), pin, signal });
      try {
        const result = await measureFigure(
          figure,
          { rounds, seconds, warmUp },
          { ours: contextOf('ours'), baseline: contextOf('baseline'), beside: (nth) => contextOf(`beside-${String(nth)}`) },
        );
        const beside = besideText(result);
        const measured = [result, ...(result.memory === undefined ? [] : [result.memory])];
        if (json) for (const line of measured) print(jsonLine(line));
        if (figure.memory !== undefined && result.memory === undefined) {
          say(`${figure.memory.name}: not measured: the system does not tell the anonymous memory of a process`);
        }
        if (json && beside !== undefined) say(`${figure.name}: ${beside}`);
        results.push(...measured);
      } catch (error) {
        if (signal.aborted) return false;
        failed++;
        say(`${figure.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  } finally {
    await folder.remove();
  }
  if (!json && results.length > 0) print(table(results));
  return failed === 0;
};

/** Measures against a commit what can be measured here; true where nothing failed. */
const compare = async (figures: ReadonlyArray<Figure>, args: Arguments, commit: string, signal: AbortSignal): Promise<boolean> => {
  const missing: Array<string> = [];
  for (const { name, unavailable } of figures) if ((await unavailable?.()) !== undefined) missing.push(name);
  for (const name of missing) say(`${name}: not compared: it can't be measured here`);
  const names = figures.map(({ name }) => name).filter((name) => !missing.includes(name));
  try {
    const complete = await measureAgainst(fileURLToPath(new URL('../../..', import.meta.url)), commit, names, args, signal, {
      progress: say,
      comparison: (comparison, then) => print(args.json ? comparisonLine(comparison, then) : comparisonText(comparison, then)),
    });
    return complete && (args.only === undefined || missing.length === 0);
  } catch (error) {
    if (!signal.aborted) say(error instanceof Error ? error.message : String(error));
    return false;
  }
};

/** The server at EVENTSTOREDB_URL, and a prefix for what this run writes there. */
const serverOfRun = (): RealServer | undefined => {
  const connectionString = realServerUrl();
  return connectionString === undefined ? undefined : { connectionString, prefix: runPrefix() };
};

/** Tombstones what the run has written to a server. False where something can be read nevertheless. */
const removeStreams = async (streams: RunStreams): Promise<boolean> => {
  const { tombstoned, readable } = await streams.remove();
  if (tombstoned > 0) say(`EventStoreDB: ${tombstoned} streams of this run tombstoned, ${readable.length} of them still readable.`);
  return readable.length === 0;
};

/** A figure and what is measured with it, as the help names them. */
const helpLines = (figure: Figure): ReadonlyArray<string> => [
  `  ${figure.name} (${targetText(figure)}): ${figure.about}`,
  ...(figure.memory === undefined ? [] : [`    with it ${figure.memory.name} (${targetText({ ...figure.memory, unit: 'MB' })}): ${figure.memory.about}`]),
];

const main = async (): Promise<void> => {
  const server = serverOfRun();
  const figures = figuresOn(server);
  const groups = new Set(figures.flatMap(({ group }) => (group === undefined ? [] : [group])));
  const args = parseArguments([...figures.map(({ name }) => name), ...groups])(process.argv.slice(2));
  if (E.isLeft(args)) {
    say(args.left);
    process.exitCode = 2;
    return;
  }
  if (args.right.help) {
    print(`${usage}\n\n${figures.flatMap(helpLines).join('\n')}`);
    return;
  }
  const abort = new AbortController();
  const stop = (): void => {
    process.exitCode = 130;
    abort.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const { only } = args.right;
  const asked = figures.filter(({ name, group }) => only === undefined || only.includes(name) || (group !== undefined && only.includes(group)));
  if (args.right.against !== undefined) {
    if (!(await compare(asked, args.right, args.right.against, abort.signal))) process.exitCode ??= 1;
    return;
  }
  // A server is left alone by a run that measures nothing on it.
  const streams = server !== undefined && asked.some(({ group }) => group === eventStoreDbGroup) ? await beginRun(server) : undefined;
  const measured = await run(asked, args.right, abort.signal);
  const removed = streams === undefined || (await removeStreams(streams));
  if (!measured || !removed) process.exitCode ??= 1;
};

await main();
