import { describeConfigInvalid, loadConfig, makeLogger, startServer } from '@account-data/server';
import * as E from 'fp-ts/lib/Either.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramContext, RunningProgram } from '../Program.js';
import { configuredTokens } from '../workload.js';

/**
 * The real service on the embedded store, configured by a file as its users do: a token for each user, the limits on
 * (a rate that nobody reaches here), metrics on, logging as much as the baseline does.
 */
export const server = async (users: number, modules: ReadonlyArray<object>, { folder }: ProgramContext): Promise<RunningProgram> => {
  const file = join(folder, 'account-data.yaml');
  const config = {
    server: { host: '127.0.0.1', port: 0 },
    store: { kind: 'embedded', path: folder },
    auth: { tokens: configuredTokens(users) },
    limits: { requests_per_second: 1_000_000, request_burst: 1_000_000 },
    modules,
    log: { level: 'warn' },
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const loaded = await loadConfig({ env: {}, cwd: folder, file })();
  if (E.isLeft(loaded)) throw new Error(describeConfigInvalid(loaded.left));
  const { url, close } = await startServer(loaded.right, {
    env: {},
    logger: makeLogger(loaded.right.logLevel, process.stderr),
    print: () => undefined,
  });
  return { url, close };
};
