import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedLog, type SuiteLog } from './LogKind.js';

/** A fresh folder for one server: the configuration and, under `data`, what the server makes. */
export interface DataFolder {
  readonly path: string;
  readonly data: string;
  readonly log: SuiteLog;
  /** Writes `account-data.yaml`, for a server on this log. JSON is YAML. */
  readonly configure: (config: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A folder for a server on a log; on an embedded one of its own unless another is given. @category constructors */
export const makeDataFolder = async (log: SuiteLog = embeddedLog.make()): Promise<DataFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'account-data-e2e-'));
  return {
    path,
    data: join(path, 'data'),
    log,
    configure: (config) => writeFile(join(path, 'account-data.yaml'), JSON.stringify({ store: log.store, ...config }, null, 2)),
    remove: () => rm(path, { recursive: true, force: true }),
  };
};
