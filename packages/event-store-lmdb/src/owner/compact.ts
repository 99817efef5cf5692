import { rmSync, statSync } from 'node:fs';
import { removeOtherGenerations, type StoreFolder, syncFolder, writeCurrent } from '../files/StoreFolder.js';
import type { WatermarkWriter } from '../files/Watermark.js';
import { closeEnvironment, type Environment } from '../layout/Environment.js';
import type { LogFormat } from '../layout/formatOne.js';
import type { Breathe } from '../layout/LongWork.js';
import type { CompactionReport } from '../LmdbEventStore.js';
import { createLogCopy } from './copyLog.js';
import { openLogFile, type OwnedFile } from './ownedFile.js';
import type { OwnerLog } from './OwnerLog.js';
import type { RoleSwitch } from './RoleSwitch.js';

/** While more than so many entries are missing from the copy, appends go on. */
const smallRest = 2_000;
/** But not for ever: they may come as fast as they are copied. */
const maxRounds = 20;

/** What is being compacted: the log as it is open now. */
export interface CompactionSubject {
  readonly file: OwnedFile;
  readonly log: OwnerLog;
}

export interface CompactionOptions {
  readonly folder: StoreFolder;
  readonly watermark: WatermarkWriter;
  readonly roles: RoleSwitch;
  readonly subject: CompactionSubject;
  /** What the new file is written in. */
  readonly format: LogFormat;
  readonly breathe?: Breathe | undefined;
  /** Runs the log in the new file. */
  readonly startLog: (file: OwnedFile, last: number) => OwnerLog;
  /** Told when the new file is the log. */
  readonly onReplaced: (next: CompactionSubject) => void;
}

/** How far a compaction has come. */
export type CompactionStage = 'copying' | 'moving' | 'replaced';

/** A compaction that did not come to its end. */
export class CompactionCutOff extends Error {
  readonly stage: CompactionStage;

  constructor(stage: CompactionStage, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'CompactionCutOff';
    this.stage = stage;
  }
}

const sizeOf = (file: string): number => statSync(file).size;

/**
 * Copies the log into a new file without the events of tombstoned streams and those that `maxCount` hides, then goes on with
 * it and removes the old one. Appends go on but for the end, when they wait for the rest to be copied.
 *
 * At any moment a crash leaves the folder with one true log: until the pointer is moved (which is atomic and durable) the
 * old one, from then on the new one, which is flushed by then. The next owner removes the other.
 *
 * @throws CompactionCutOff
 */
export const compactLog = async (options: CompactionOptions): Promise<CompactionReport> => {
  const progress: { stage: CompactionStage } = { stage: 'copying' };
  try {
    return await compactBy(options, progress);
  } catch (cause) {
    throw new CompactionCutOff(progress.stage, cause);
  }
};

const compactBy = async (options: CompactionOptions, progress: { stage: CompactionStage }): Promise<CompactionReport> => {
  const { folder, watermark, roles, subject, format, breathe } = options;
  const { environment: from, store } = subject.file;
  const generation = subject.file.generation + 1;
  const target = folder.log(generation);
  const bytesBefore = sizeOf(from.file);
  removeFile(target);
  const to = openLogFile(target, true, false);
  const copy = createLogCopy({ from, to, tombstoned: new Set(subject.log.tombstoned()), format, breathe });
  try {
    await copy.copyIndex();
    for (let round = 0; round < maxRounds; round += 1) {
      await copy.copyUpTo(subject.log.durable());
      if (subject.log.durable() - copy.copied() <= smallRest) break;
    }
    await roles.replace(async () => {
      await subject.log.settled();
      const last = subject.log.durable();
      await copy.copyUpTo(last);
      await copy.finish(store, last + 1);
      const file = { environment: to, generation, store };
      const next = { file, log: options.startLog(file, last) };
      syncFolder(folder.path);
      progress.stage = 'moving';
      writeCurrent(folder, { format, store, generation });
      watermark.write(generation, last);
      progress.stage = 'replaced';
      options.onReplaced(next);
      return next.log;
    });
  } catch (cause) {
    // Not known which file the next start takes for true: nothing may be added to either.
    if (progress.stage === 'moving') subject.log.fail(cause);
    else {
      abandon(to);
      subject.log.resume();
    }
    throw cause;
  }
  await subject.log.discard();
  removeOtherGenerations(folder, generation);
  syncFolder(folder.path);
  return { generation, entriesRemoved: copy.removed(), bytesBefore, bytesAfter: sizeOf(target) };
};

const removeFile = (file: string): void => {
  rmSync(file, { force: true });
  rmSync(`${file}-lock`, { force: true });
};

/** Where writing it failed, closing the file may never end. */
const abandon = (environment: Environment): void => {
  void closeEnvironment(environment).catch(() => undefined);
  removeFile(environment.file);
};
