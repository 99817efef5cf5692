import type { ErasureStep } from '@account-data/engine';
import type { EventStore } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import type { Ownership } from '@account-data/modules';
import { lmdbProjectionStorage } from '@account-data/projection';
import type { StorageProvider } from '@account-data/projection';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ServerConfig } from './config/ServerConfig.js';
import { compactionStep, scavengeStep } from './erasureSteps.js';
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

/** Opens the event store of the configuration, and the projection's storage in the data folder. */
export const openStores = async (config: ServerConfig, runtime: Runtime, logger: Logger): Promise<OpenStores> => {
  const projectionStorage = lmdbProjectionStorage({ path: join(config.store.path, 'projection') });
  if (config.store.kind === 'eventstoredb') {
    const { connectionString, prefix } = config.store;
    const store = openEventStoreDbEventStore({ connectionString, prefix, runtime, logger: eventStoreDbLogger(logger) });
    return { store, projectionStorage, ownership: { _tag: 'Leased', lease: moduleLease }, erasureSteps: [scavengeStep], close: store.close };
  }
  const store = await openLmdbEventStore({ path: join(config.store.path, 'log'), runtime, logger: storeLogger(logger) })();
  if (E.isLeft(store)) throw new ServerStartError(store.left.code, store.left.message, store.left.cause);
  return { store: store.right, projectionStorage, ownership: { _tag: 'Exclusive' }, erasureSteps: [compactionStep(store.right)], close: store.right.close };
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
