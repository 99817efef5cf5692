import type * as TE from 'fp-ts/lib/TaskEither.js';
import { tryCatch } from 'fp-ts/lib/TaskEither.js';
import { checkLogFile } from './files/checkLogFile.js';
import { readCurrent, storeFolder } from './files/StoreFolder.js';
import { readWatermark } from './files/Watermark.js';
import { closeEnvironment, type Environment, openEnvironment } from './layout/Environment.js';
import { endOfLog } from './layout/logEnd.js';
import { formatVersion } from './layout/MetaDatabase.js';
import { type Damage, findDamage } from './layout/findDamage.js';
import { breathing, type LongWork } from './layout/LongWork.js';
import { type LmdbOpenError, openErrorOf, refuse } from './LmdbOpenError.js';

/** What a look at all of a log found. @category model */
export interface LogScrub {
  /** The last position that was looked at; 0 of an empty log. */
  readonly end: number;
  /** Everything that is not what was written, in the order of its positions, that of the index after that. */
  readonly damage: ReadonlyArray<Damage>;
}

const openLog = (file: string): Environment => {
  checkLogFile(file, 'read');
  const environment = openEnvironment(file, 'read');
  if (environment === undefined) return refuse('store_foreign_file', file, `${file} is no log of this store. Give another folder.`);
  return environment;
};

/**
 * Looks at every block of the log in a folder and at every record of its index, and changes nothing. An owner may run
 * meanwhile, in this process or another. Fails where the log can't be opened at all.
 *
 * @category interpreters
 */
export const scrubLog = (path: string, work: LongWork): TE.TaskEither<LmdbOpenError, LogScrub> =>
  tryCatch(
    async () => {
      const folder = storeFolder(path);
      const current = readCurrent(folder);
      if (current === undefined) return refuse('store_missing', path, `There is no store in ${path}. Give the folder of a log.`);
      if (current === 'damaged') return refuse('store_corrupt', folder.current, `${folder.current} is damaged. Put it back from a backup of the folder.`);
      if (current.format > formatVersion) {
        return refuse('store_format_newer', folder.current, `${folder.current} has format ${current.format}; this version reads up to ${formatVersion}. Install a newer version of the package.`);
      }
      const environment = openLog(folder.log(current.generation));
      try {
        const end = readWatermark(folder.durable)?.position ?? endOfLog(environment);
        return { end, damage: await findDamage(environment, end, breathing(path, work)) };
      } finally {
        await closeEnvironment(environment);
      }
    },
    (cause) => openErrorOf(path, cause),
  );
