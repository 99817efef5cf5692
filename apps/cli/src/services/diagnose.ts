import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import type { Finding, Services } from '../commands/Execution.js';
import { refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { diagnoseDisk } from './diagnoseDisk.js';
import { diagnoseFollow } from './diagnoseFollow.js';
import { diagnoseLog } from './diagnoseLog.js';
import { diagnoseProjection } from './diagnoseProjection.js';
import { findConfig } from './findConfig.js';

const ofTokens = async (path: string): Promise<ReadonlyArray<Finding>> => {
  const { readTokenFile } = await import('@account-data/server/configuration');
  const tokens = await readTokenFile(path)();
  return E.isLeft(tokens) ? [{ severity: 'error', code: tokens.left.code, message: tokens.left.message }] : [];
};

const ofRights = async ({ connectionString, prefix }: ServerConfig['store'] & { readonly kind: 'eventstoredb' }, { runtime }: World) => {
  // Loaded only here: its client takes longer to load than the rest.
  const { checkEventStoreDb, ConnectionStringError } = await import('@account-data/event-store-eventstoredb');
  try {
    return E.right(await checkEventStoreDb({ connectionString, prefix, runtime }));
  } catch (error) {
    if (error instanceof ConnectionStringError) return E.left(refusal('config_invalid', error.message));
    throw error;
  }
};

/** Looks at everything that a server started here would need. */
export const diagnose =
  (world: World): Services['diagnose'] =>
  (options) =>
  async () => {
    const config = await findConfig(options, world)();
    if (E.isLeft(config)) return config;
    const { store } = config.right;
    const rights = store.kind === 'eventstoredb' ? await ofRights(store, world) : E.right([]);
    if (E.isLeft(rights)) return rights;
    // Where a server can't work with the log anyway, what the log holds is not asked for.
    const isHopeless = rights.right.some(({ severity }) => severity === 'error');
    const log = isHopeless ? { findings: [] } : await diagnoseLog(config.right, world);
    const projection = await diagnoseProjection(store.path, log);
    return E.right([...rights.right, ...log.findings, ...projection, ...diagnoseDisk(store.path), ...(await ofTokens(store.path)), ...(await diagnoseFollow(config.right, world))]);
  };
