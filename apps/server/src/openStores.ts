import { compactionStep } from '@account-data/embedded';
import type { ErasureStep } from '@account-data/engine';
import type { EventStore } from '@account-data/event-store';
import type { Finding } from '@account-data/event-store-eventstoredb';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import type { Ownership } from '@account-data/modules';
import { lmdbProjectionStorage } from '@account-data/projection';
import type { StorageProvider } from '@account-data/projection';
import { keepPrivate, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { describeLogError } from './config/dataFolder.js';
import type { ServerConfig } from './config/ServerConfig.js';
import { keepTokensPrivate } from './auth/tokenFile.js';
import { scavengeStep } from './scavengeStep.js';
import { ServerStartError } from './ServerStartError.js';

/** What the engine is built on. @category model */
export interface OpenStores {
  readonly store: EventStore;
  readonly projectionStorage: StorageProvider;
  /** The embedded store has one writing process; EventStoreDB may have several servers. */
  readonly ownership: Ownership;
  /** How the bytes of an erased user leave the log. */
  readonly erasureSteps: ReadonlyArray<ErasureStep>;
  readonly close: () => Promise<void>;
}

/** How long an instance owns the delivery to modules without renewing it, in milliseconds. */
const moduleLease = 10_000;

/**
 * Opens the event store of the configuration, and the projection's storage in the data folder, which is for the user that
 * runs the server alone from then on.
 */
export const openStores = async (config: ServerConfig, runtime: Runtime, logger: Logger): Promise<OpenStores> => {
  const stores = await openBoth(config, runtime, logger);
  keepTokensPrivate(config.store.path);
  if (keepPrivate(config.store.path)) {
    logger.warn({ path: config.store.path }, 'Other users could open the data folder; now only the user that runs the server can.');
  }
  return stores;
};

/** What a process beside the owner of the log is built on: it reads the log's files, and has a projection of its own. */
export const openBesideOwner = async ({ store: { path } }: ServerConfig, runtime: Runtime, logger: Logger, index: number): Promise<OpenStores & { readonly look: () => number }> => {
  const store = await openLmdbEventStore({ path: join(path, 'log'), runtime, mode: 'beside', logger: storeLogger(logger) })();
  if (E.isLeft(store)) throw new ServerStartError(store.left.code, describeLogError(path, store.left), store.left.cause);
  const { close, look } = store.right;
  const projectionStorage = lmdbProjectionStorage({ path: join(path, projectionOf(index)) });
  return { store: store.right, projectionStorage, ownership: { _tag: 'Observed' }, erasureSteps: [], look, close };
};

/** The folder of a process's projection. The first one's is called as that of an only one. */
const projectionOf = (index: number): string => (index === 0 ? 'projection' : `projection-${String(index)}`);

/** Removes the projections of processes that there are no more: nobody would erase anything in them. */
const removeOldProjections = async ({ store: { path }, server: { processes } }: ServerConfig): Promise<void> => {
  const kept = new Set(Array.from({ length: processes }, (_, index) => projectionOf(index)));
  for (const name of await readdir(path)) {
    if (/^projection-\d+$/.test(name) && !kept.has(name)) await rm(join(path, name), { recursive: true });
  }
};

const openBoth = async (config: ServerConfig, runtime: Runtime, logger: Logger): Promise<OpenStores> => {
  const projectionStorage = lmdbProjectionStorage({ path: join(config.store.path, 'projection') });
  if (config.store.kind === 'eventstoredb') {
    const { connectionString, compression, prefix } = config.store;
    const options = { connectionString, compression, prefix, runtime };
    // Takes as long to load as the rest of the server, which the embedded store does without.
    const { checkEventStoreDb, openEventStoreDbEventStore } = await import('@account-data/event-store-eventstoredb');
    const store = openEventStoreDbEventStore({ ...options, logger: eventStoreDbLogger(logger) });
    await checkRights(() => checkEventStoreDb(options), logger).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
    return { store, projectionStorage, ownership: { _tag: 'Leased', lease: moduleLease }, erasureSteps: [scavengeStep(store)], close: store.close };
  }
  const store = await openLmdbEventStore({ path: join(config.store.path, 'log'), runtime, logger: storeLogger(logger) })();
  if (E.isLeft(store)) throw new ServerStartError(store.left.code, describeLogError(config.store.path, store.left), store.left.cause);
  await removeOldProjections(config);
  return { store: store.right, projectionStorage, ownership: { _tag: 'Exclusive' }, erasureSteps: [compactionStep(store.right)], close: store.right.close };
};

/** What a start on an EventStoreDB is refused for. What could not be told (it is out of reach, or not ready) is no reason. */
const refusing: ReadonlySet<string> = new Set(['not_authenticated', 'may_not_read_all', 'may_not_append', 'may_not_set_metadata']);

/** What the store says of its connection string when it is opened. */
const alreadyLogged: ReadonlySet<string> = new Set(['ignored_option', 'credentials_without_tls']);

const levels = { info: 'info', warning: 'warn', error: 'error' } as const;

/** A right that is missing shows at the start, not with the first change, module or erasure that needs it. */
const checkRights = async (check: () => Promise<ReadonlyArray<Finding>>, logger: Logger): Promise<void> => {
  const findings = await check();
  for (const { severity, code, message } of findings) {
    if (!alreadyLogged.has(code)) logger[refusing.has(code) || severity !== 'error' ? levels[severity] : 'warn']({ code }, message);
  }
  const [first, ...more] = findings.filter(({ code }) => refusing.has(code));
  if (first !== undefined) throw new ServerStartError(first.code, [first, ...more].map(({ message }) => message).join(' '));
};

type StoreDetails = Readonly<Record<string, unknown>>;

const storeLogger = (logger: Logger) => {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, details: StoreDetails = {}): void => {
      logger[level](details, message);
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
};

const eventStoreDbLogger = (logger: Logger) => ({
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: StoreDetails): void => {
    logger[level](fields, message);
  },
});
