import type { ProposedEvent } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { tryCatch } from 'fp-ts/lib/TaskEither.js';
import { existsSync, readdirSync } from 'node:fs';
import { checkLogFile } from './files/checkLogFile.js';
import { readCurrent, type StoreFolder, storeFolder } from './files/StoreFolder.js';
import { readWatermark } from './files/Watermark.js';
import { closeEnvironment, type Environment, openEnvironment } from './layout/Environment.js';
import type { LogEntry } from './layout/LogEntry.js';
import { type Breathe, breathing, type LongWork } from './layout/LongWork.js';
import { formatVersion } from './layout/MetaDatabase.js';
import { StoreDamage } from './layout/StoreDamage.js';
import { type LmdbOpenError, openErrorOf, refuse } from './LmdbOpenError.js';
import { writeNewStore } from './newStore.js';
import { createLostPositions, type LostPositions, type PositionRange } from './salvage/LostPositions.js';
import type { WholeEntry } from './layout/LogBlock.js';
import { readWholeEntries } from './salvage/readWholeEntries.js';
import { createSalvagedIndex, type LostRevisions, type SalvagedIndex } from './salvage/SalvagedIndex.js';
import { createSalvagedWriter } from './salvage/writeSalvaged.js';
import { storeOwner } from './storeOwner.js';

/** What is left of a damaged log, and what is lost. @category model */
export interface LogSalvage {
  /** The last position that was given out; the salvaged log goes on after it. */
  readonly end: number;
  /** How many entries are left. */
  readonly entries: number;
  /** Positions that are lost, in ascending order, neighbours in one. Empty where only the index is damaged, which is made anew. */
  readonly lost: ReadonlyArray<PositionRange>;
  /** What was there, as far as the index or the events beside it tell. */
  readonly revisions: ReadonlyArray<LostRevisions>;
}

/** Which log is salvaged, and where what is left of it goes. @category model */
export interface SalvageOptions extends LongWork {
  readonly path: string;
  /** A folder that is not there yet, or empty, for the salvaged log. Where it is absent nothing is written. */
  readonly to?: string;
  readonly runtime: Runtime;
  /**
   * A stream whose events tell histories of the log apart. Where something is lost it goes on with this event at the first
   * lost position, and what it had after that is left out: so no reader takes the salvaged log for the history it has read.
   * Where the stream has lost its beginning, it is left out as a whole.
   */
  readonly histories: { readonly stream: string; readonly begin: ProposedEvent };
}

const generationOf = (folder: StoreFolder): number => {
  const current = readCurrent(folder);
  if (current !== undefined && current !== 'damaged') {
    if (current.format <= formatVersion) return current.generation;
    return refuse('store_format_newer', folder.current, `${folder.current} has format ${current.format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);
  }
  const logs = existsSync(folder.path) ? readdirSync(folder.path).flatMap((name) => /^events-(\d+)\.mdb$/.exec(name)?.[1] ?? []) : [];
  const [only] = logs;
  if (only !== undefined && logs.length === 1) return Number(only);
  return refuse('store_missing', folder.path, `There is no log in ${folder.path} that could be salvaged. Give the folder of a log.`);
};

const openDamaged = (folder: StoreFolder): Environment => {
  const file = folder.log(generationOf(folder));
  checkLogFile(file, 'read');
  return openEnvironment(file, 'read') ?? refuse('store_foreign_file', file, `${file} is no log of this store. Give another folder.`);
};

/** What names the store, where anything still says so. */
const storeIdOf = (folder: StoreFolder, { meta }: Environment, runtime: Runtime): string => {
  const current = readCurrent(folder);
  if (current !== undefined && current !== 'damaged') return current.store;
  try {
    return meta.format()?.store ?? runtime.random.uuid();
  } catch (cause) {
    if (cause instanceof StoreDamage) return runtime.random.uuid();
    throw cause;
  }
};

const bytesOf = (entries: ReadonlyArray<WholeEntry>): number => entries.reduce((bytes, { text }) => bytes + text.length, 0);

/** Goes through all that is left once: what is lost, where the log ends, and which streams it says were removed. */
const survey = async (environment: Environment, acknowledged: number, breathe: Breathe): Promise<{ readonly lost: LostPositions; readonly end: number; readonly removed: ReadonlySet<string> }> => {
  const lost = createLostPositions();
  const removed = new Set<string>();
  const reading = readWholeEntries(environment, acknowledged, lost);
  try {
    for (;;) {
      const part = reading.next();
      if (part.done === true) return { lost, end: part.value, removed };
      for (const { text } of part.value) {
        const entry = JSON.parse(text) as LogEntry;
        if (entry.length === 3) removed.add(entry[0]);
      }
      await breathe(bytesOf(part.value));
    }
  } finally {
    reading.return(0);
  }
};

interface Copying {
  readonly from: Environment;
  readonly acknowledged: number;
  readonly lost: LostPositions;
  readonly index: SalvagedIndex;
  readonly options: SalvageOptions;
  readonly breathe: Breathe;
  readonly add: (text: string, position: number) => Promise<void> | undefined;
}

/** Passes on all that is left, and begins a history where something is lost. Gives how many entries were left. */
const copyEntries = async ({ from, acknowledged, lost, index, options, breathe, add }: Copying): Promise<number> => {
  const { histories, runtime } = options;
  const firstLost = lost.ranges()[0]?.from ?? Infinity;
  let entries = 0;
  let hasBegun = firstLost === Infinity;
  const take = (text: string, entry: LogEntry, position: number): Promise<void> | undefined =>
    index.add(entry, position) ? add(text, position) : undefined;
  const begin = async (): Promise<void> => {
    hasBegun = true;
    const head = index.head(histories.stream);
    if (head < 0) return;
    const { id, type, data, metadata } = histories.begin;
    const entry: LogEntry = [histories.stream, head + 1, id, type, data, metadata, runtime.clock.now()];
    await take(JSON.stringify(entry), entry, firstLost);
  };
  for (const part of readWholeEntries(from, acknowledged, createLostPositions())) {
    for (const { text, position } of part) {
      if (!hasBegun && position > firstLost) await begin();
      const entry = JSON.parse(text) as LogEntry;
      entries += 1;
      if (entry[0] === histories.stream && position > firstLost) continue;
      await take(text, entry, position);
    }
    await breathe(bytesOf(part));
  }
  if (!hasBegun) await begin();
  return entries;
};

const salvage = async (options: SalvageOptions): Promise<LogSalvage> => {
  const { path, to, runtime } = options;
  const breathe = breathing(path, options);
  const folder = storeFolder(path);
  const owner = to === undefined ? E.right(undefined) : storeOwner(path);
  if (E.isRight(owner) && owner.right !== undefined) {
    return refuse('store_locked', path, `A process owns the store in ${path} and may append to it. Stop it first.`, owner.right);
  }
  const from = openDamaged(folder);
  try {
    const acknowledged = readWatermark(folder.durable)?.position ?? 0;
    const { lost, end, removed } = await survey(from, acknowledged, breathe);
    const index = createSalvagedIndex(from, removed);
    const copy = (add: Copying['add']): Promise<number> => copyEntries({ from, acknowledged, lost, index, options, breathe, add });
    const store = storeIdOf(folder, from, runtime);
    const entries =
      to === undefined
        ? await copy(() => undefined)
        : await writeNewStore({
            from: path,
            path: to,
            store,
            breathe,
            fill: async (target) => {
              const writer = createSalvagedWriter(target);
              const told = await copy(writer.add);
              await writer.finish(index, store, end);
              return { end, told };
            },
          });
    index.noteLost(lost.has);
    return { end, entries, lost: lost.ranges(), revisions: index.lostRevisions() };
  } finally {
    await closeEnvironment(from);
  }
};

/**
 * Says what is left of a log that is damaged and what is lost, and writes what is left into another folder, where one is
 * given. The log itself is not touched. Positions and revisions stay what they were; what is lost is left out, and positions
 * are not given out again. Streams that were removed stay removed, as far as any of the places that keep their names is whole.
 *
 * @category interpreters
 */
export const salvageLog = (options: SalvageOptions): TE.TaskEither<LmdbOpenError, LogSalvage> =>
  tryCatch(
    () => salvage(options),
    (cause) => openErrorOf(options.path, cause),
  );
