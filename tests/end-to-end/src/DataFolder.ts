import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder for one test: the configuration and, under `data`, what the server makes. */
export interface DataFolder {
  readonly path: string;
  readonly data: string;
  /** Writes `account-data.yaml`. JSON is YAML. */
  readonly configure: (config: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** @category constructors */
export const makeDataFolder = async (): Promise<DataFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'account-data-e2e-'));
  return {
    path,
    data: join(path, 'data'),
    configure: (config) => writeFile(join(path, 'account-data.yaml'), JSON.stringify(config, null, 2)),
    remove: () => rm(path, { recursive: true, force: true }),
  };
};
