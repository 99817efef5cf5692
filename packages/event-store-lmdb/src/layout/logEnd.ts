import { refuse } from '../LmdbOpenError.js';
import type { Environment } from './Environment.js';
import { createLogReader } from './LogReader.js';

/** The last position that the log gave out; a compaction may have removed its entry. 0 of a log that never had one. */
export const endOfLog = (environment: Environment): number =>
  Math.max(createLogReader(environment).last(), (environment.meta.number('next') ?? 1) - 1);

/**
 * The watermark is written after the flush of what it speaks of, so that no crash and no power cut leaves a log that ends
 * before it. An older copy of the file does: its next positions were given out before, and whoever was told of them would
 * miss what comes there now.
 */
export const refuseLogBehind = (environment: Environment, acknowledged: number): never => {
  const end = endOfLog(environment);
  return refuse(
    'store_log_behind',
    environment.file,
    `${environment.file} ends at position ${end}, but this store has acknowledged changes up to ${acknowledged}: an older copy of the log took its place. Put back the newest copy. If there is none, run 'account-data store accept-loss' for this folder: it goes on at ${end}, and what came after is lost.`,
  );
};
