import { loadConfig, makeLogger, startServer } from '@account-data/server';
import type { RunningServer } from '@account-data/server';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const tokens = {
  alice: 'token-of-alice',
  service: 'token-of-a-service',
  auditor: 'token-of-an-auditor',
  admin: 'token-of-an-admin',
} as const;

export interface RealServer {
  readonly url: string;
  readonly engine: RunningServer['engine'];
  /** How many changes the log holds of a user, read back from the log. */
  readonly changesOf: (userId: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** The whole service as it is deployed, on the embedded store in a folder of its own. It must log errors or must not. */
export const startRealServer = async (yaml = '', errorsExpected = false): Promise<RealServer> => {
  const cwd = await mkdtemp(join(tmpdir(), 'account-data-client-'));
  await writeFile(
    join(cwd, 'account-data.yaml'),
    `auth:
  tokens:
    - { token: ${tokens.alice}, role: user, user_id: "@alice:example.org" }
    - { token: ${tokens.service}, role: service, name: billing }
    - { token: ${tokens.auditor}, role: auditor, name: auditing }
    - { token: ${tokens.admin}, role: admin, name: root }
${yaml}`,
  );
  const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0' }, cwd })();
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  const lines: Array<string> = [];
  const server = await startServer(config.right, {
    env: {},
    logger: makeLogger('error', { write: (line) => void lines.push(line) }),
    print: () => undefined,
  });
  return {
    url: server.url,
    engine: server.engine,
    changesOf: async (userId) => (await server.engine.history(userId, { limit: 1_000 })).entries.length,
    close: async () => {
      await server.close();
      await rm(cwd, { recursive: true, force: true });
      if (lines.length > 0 !== errorsExpected) throw new Error(`The server logged errors: ${lines.join('')}`);
    },
  };
};
