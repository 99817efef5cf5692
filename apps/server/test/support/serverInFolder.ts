import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import { makeLogger } from '../../src/observability/logging.js';
import { type RunningServer, startServer } from '../../src/startServer.js';

/** A server that can be stopped and started again in the working folder of a test, with its log in `data`, for an admin with the token `t`. */
export const serverInFolder = () => {
  let cwd = '';
  let server: RunningServer | undefined;

  const start = async (): Promise<RunningServer> => {
    const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0' }, cwd })();
    if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
    server = await startServer(config.right, { env: {}, logger: makeLogger('silent', { write: () => undefined }), print: () => undefined });
    return server;
  };

  const stop = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'account-data-server-'));
    await writeFile(join(cwd, 'account-data.yaml'), 'auth: { tokens: [ { token: t, role: admin } ] }\nstore: { path: ./data }\n');
  });

  afterEach(async () => {
    await stop();
    await rm(cwd, { recursive: true, force: true });
  });

  return { folder: () => cwd, start, stop };
};
