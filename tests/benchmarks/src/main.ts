import { beginRun, type RealServer, realServerUrl, runPrefix, type RunStreams } from '@account-data/tests-eventstoredb-server';
import * as E from 'fp-ts/lib/Either.js';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisonLine, comparisonText } from './against/comparisonText.js';
import { measureAgainst } from './against/measureAgainst.js';
import { parseArguments, usage, type Arguments } from './Arguments.js';
import { benchmarksPage, type PageSection } from './benchmarksPage.js';
import { eventStoreDbGroup } from './eventStoreDbFigures.js';
import { type Figure, isAskedBy } from './Figure.js';
import { figuresOn } from './figures.js';
import { keptComparison, keptResults, keptText, parseKept, type KeptResults } from './keptResults.js';
import { measureFigure, type FigureResult } from './measureFigure.js';
import { besideText, figureLines, figuresMarkdown, jsonLine, table, targetText } from './report.js';
import type { KeptLine, Survey } from './Survey.js';
import { surveys } from './surveys.js';
import { temporaryFolder } from './temporaryFolder.js';

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** What a run came to. `isComplete`: nothing failed. */
interface Outcome {
  readonly isComplete: boolean;
  readonly lines: ReadonlyArray<KeptLine>;
  readonly sections: ReadonlyArray<PageSection>;
}

/** Measures what was asked for. A missed target is no failure: it is printed. */
const run = async (
  figures: ReadonlyArray<Figure>,
  asked: ReadonlyArray<Survey>,
  { only, json, rounds, seconds, warmUp, pin, events }: Arguments,
  signal: AbortSignal,
): Promise<Outcome> => {
  const results: Array<FigureResult> = [];
  const lines: Array<KeptLine> = [];
  const sections: Array<PageSection> = [];
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
        if (signal.aborted) return { isComplete: false, lines, sections };
        failed++;
        say(`${figure.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
    if (results.length > 0) {
      lines.push(...figureLines(results));
      sections.push({ title: 'Against bare baselines', markdown: figuresMarkdown(results) });
      if (!json) print(table(results));
    }
    for (const survey of asked) {
      const result = await survey.run({ folder: folder.path, seconds, events, signal, say });
      failed += result.failed;
      lines.push(...result.lines);
      if (result.lines.length > 0) sections.push({ title: survey.title, markdown: result.markdown });
      for (const text of json ? result.lines.map((line) => JSON.stringify(line)) : [result.markdown]) print(text);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await folder.remove();
  }
  return { isComplete: failed === 0 && !signal.aborted, lines, sections };
};

/** The results that a file keeps, to compare with; undefined where that is not asked for. @throws where it is no such file */
const keptAt = async ({ against }: Arguments): Promise<KeptResults | undefined> => {
  if (against === undefined || !existsSync(against)) return undefined;
  const kept = parseKept(await readFile(against, 'utf8'));
  if (E.isLeft(kept)) throw new Error(`--against ${against}: ${kept.left}`);
  return kept.right;
};

/** Keeps, compares and publishes what a run came to, as it was asked to. */
const publish = async ({ lines, sections }: Outcome, { json, keep, page }: Arguments, then: KeptResults | undefined): Promise<void> => {
  const now = keptResults(lines, process.argv.slice(2), Date.now());
  if (keep !== undefined) await writeFile(keep, keptText(now));
  if (page !== undefined) await writeFile(page, benchmarksPage(now, sections));
  if (then !== undefined && !json) print(keptComparison(now, then));
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
  `  ${figure.name} (${targetText(figure)}${figure.isByName === true ? '; only by name' : ''}): ${figure.about}`,
  ...(figure.memory === undefined ? [] : [`    with it ${figure.memory.name} (${targetText({ ...figure.memory, unit: 'MB' })}): ${figure.memory.about}`]),
];

const main = async (): Promise<void> => {
  const server = serverOfRun();
  const figures = figuresOn(server);
  const groups = new Set(figures.flatMap(({ group }) => (group === undefined ? [] : [group])));
  const args = parseArguments([...[...figures, ...surveys].map(({ name }) => name), ...groups])(process.argv.slice(2));
  if (E.isLeft(args)) {
    say(args.left);
    process.exitCode = 2;
    return;
  }
  if (args.right.help) {
    print(`${usage}\n\n${[...figures.flatMap(helpLines), ...surveys.map(({ name, about }) => `  ${name} (only by name): ${about}`)].join('\n')}`);
    return;
  }
  const abort = new AbortController();
  const stop = (): void => {
    process.exitCode = 130;
    abort.abort();
  };
  // Again and again: `timeout` and npm each hand a signal on, and what comes second must not end the ending.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const { only } = args.right;
  const asked = figures.filter(isAskedBy(only));
  const then = await keptAt(args.right);
  if (args.right.against !== undefined && then === undefined) {
    if (!(await compare(asked, args.right, args.right.against, abort.signal))) process.exitCode ??= 1;
    return;
  }
  // A server is left alone by a run that measures nothing on it.
  const streams = server !== undefined && asked.some(({ group }) => group === eventStoreDbGroup) ? await beginRun(server) : undefined;
  const outcome = await run(asked, surveys.filter(({ name }) => only?.includes(name)), args.right, abort.signal);
  await publish(outcome, args.right, then);
  const removed = streams === undefined || (await removeStreams(streams));
  if (!outcome.isComplete || !removed) process.exitCode ??= 1;
};

await main();
