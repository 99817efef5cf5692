import type * as TE from 'fp-ts/lib/TaskEither.js';
import { tryCatch } from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import { checkLogFile } from './files/checkLogFile.js';
import { refuseSameProcessNumber } from './files/readerNumber.js';
import { type CurrentLog, readCurrent, type StoreFolder, storeFolder } from './files/StoreFolder.js';
import { readWatermark, type Watermark } from './files/Watermark.js';
import { closeEnvironment, type Environment, isOpen, openEnvironment } from './layout/Environment.js';
import { endOfLog, refuseLogBehind } from './layout/logEnd.js';
import { breathing, type LongWork } from './layout/LongWork.js';
import { formatVersion } from './layout/MetaDatabase.js';
import { storedIndex } from './layout/StoredIndex.js';
import { type LmdbOpenError, openErrorOf, refuse } from './LmdbOpenError.js';
import { writeNewStore } from './newStore.js';
import { createLogCopy } from './owner/copyLog.js';

/** A copy of a log. @category model */
export interface LogBackup {
  /** The last position that it holds: all that was acknowledged when the copy was begun. */
  readonly end: number;
}

interface OpenLog {
  readonly environment: Environment;
  readonly current: CurrentLog;
  readonly mark: Watermark | undefined;
}

const currentOf = (folder: StoreFolder): CurrentLog => {
  const current = readCurrent(folder);
  if (current === undefined) return refuse('store_missing', folder.path, `There is no store in ${folder.path}. Give the folder of a log.`);
  if (current === 'damaged') return refuse('store_corrupt', folder.current, `${folder.current} is damaged. Put it back from a backup of the folder.`);
  if (current.format <= formatVersion) return current;
  return refuse('store_format_newer', folder.current, `${folder.current} has format ${current.format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);
};

const openFile = (file: string): Environment => {
  if (!isOpen(file)) refuseSameProcessNumber(file);
  checkLogFile(file, 'read');
  return openEnvironment(file, 'read') ?? refuse('store_foreign_file', file, `${file} is no log of this store. Give another folder.`);
};

/** A compaction may replace the log just then: the next one is opened instead. */
const openCurrent = async (folder: StoreFolder): Promise<OpenLog> => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const current = currentOf(folder);
    const file = folder.log(current.generation);
    if (!existsSync(file)) continue;
    const environment = openFile(file);
    const mark = readWatermark(folder.durable);
    if (mark === undefined || mark.generation <= current.generation) return { environment, current, mark };
    await closeEnvironment(environment);
  }
  return refuse('store_corrupt', folder.current, `The log that ${folder.current} names is missing. Put back the folder from a backup.`);
};

const backup = async (path: string, to: string, work: LongWork): Promise<LogBackup> => {
  const breathe = breathing(path, work);
  const { environment, current, mark } = await openCurrent(storeFolder(path));
  try {
    environment.root.resetReadTxn();
    const last = endOfLog(environment);
    if (mark !== undefined && last < mark.position) return refuseLogBehind(environment, mark.position);
    // While an owner writes, what it has not flushed yet can be seen already; after a restart of the machine all is flushed.
    const end = mark?.isOfThisBoot === true ? mark.position : last;
    return await writeNewStore({
      from: path,
      path: to,
      store: current.store,
      breathe,
      fill: async (target) => {
        const copy = createLogCopy({ from: environment, to: target, tombstoned: storedIndex(environment).tombstoned(), format: formatVersion, breathe });
        await copy.copyIndex();
        await copy.copyUpTo(end);
        await copy.finish(current.store, end + 1);
        return { end, told: { end } };
      },
    });
  } finally {
    await closeEnvironment(environment);
  }
};

/**
 * Copies a log into a folder of its own, as it is at one moment, also while its owner appends to it and compacts it. All
 * that was acknowledged before is in it, and every block and record is checked on the way: a damaged log is refused. What
 * was tombstoned is left out, as a compaction does. The copy is a store, to be opened where it is or copied back the same way.
 *
 * @category interpreters
 */
export const backupLog = (path: string, to: string, work: LongWork): TE.TaskEither<LmdbOpenError, LogBackup> =>
  tryCatch(
    () => backup(path, to, work),
    (cause) => openErrorOf(path, cause),
  );
