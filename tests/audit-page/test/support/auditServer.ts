import { loadConfig, makeLogger, startServer } from '@account-data/server';
import type { RunningServer } from '@account-data/server';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const tokens = { alice: 'token-of-alice', auditor: 'token-of-an-auditor', admin: 'token-of-an-admin' } as const;

export interface AuditServer {
  readonly url: string;
  readonly engine: RunningServer['engine'];
  readonly close: () => Promise<void>;
}

/** A module that fails for content that says so (and with what it says), until `moodyRecovered`; what is replayed waits for `moodyGate`. */
const moody = `
export const module = {
  name: 'moody',
  parseConfig: (config) => config,
  setUp: (_config, api) => api.registerAccountDataCallbacks({
    onAccountDataUpdated: async (_user, _room, _type, content, { isReplay }) => {
      if (content.fail && globalThis.moodyRecovered !== true) throw new TypeError(content.fail === true ? 'this content is not to my taste' : content.fail);
      if (isReplay) await globalThis.moodyGate;
    },
  }),
};`;

/** What the configuration says to have it: it parks at once what it fails at. */
export const moodyModule = `modules:
  - { module: ./moody.mjs, config: {}, on_failure: { policy: park, attempts: 1 } }
`;

/** The whole service as it is deployed, on a data folder of its own, serving the page that was built. */
export const startAuditServer = async (yaml = ''): Promise<AuditServer> => {
  const cwd = await mkdtemp(join(tmpdir(), 'account-data-audit-'));
  await writeFile(join(cwd, 'moody.mjs'), moody);
  await writeFile(
    join(cwd, 'account-data.yaml'),
    `auth:
  tokens:
    - { token: ${tokens.alice}, role: user, user_id: "@alice:example.org" }
    - { token: ${tokens.auditor}, role: auditor, name: auditing }
    - { token: ${tokens.admin}, role: admin, name: root }
${yaml}`,
  );
  const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0' }, cwd })();
  if (config._tag === 'Left') throw new Error(JSON.stringify(config.left));
  const server = await startServer(config.right, { env: {}, logger: makeLogger('silent', { write: () => undefined }), print: () => undefined });
  return {
    url: server.url,
    engine: server.engine,
    close: async () => {
      await server.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
};
