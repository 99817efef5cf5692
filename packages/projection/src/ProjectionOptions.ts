import type { StreamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import type { Runtime, Turns } from '@account-data/runtime';
import type { ProjectionLogger } from './ProjectionLogger.js';
import type { StorageProvider } from './storage/StorageProvider.js';

/** What a projection is made of. @category model */
export interface ProjectionOptions {
  readonly store: EventStore;
  readonly storage: StorageProvider;
  readonly names: StreamNames;
  readonly runtime: Runtime;
  /** Shared with all who answer in this process, so that long histories hold up nobody. Default: turns of its own. */
  readonly turns?: Turns;
  readonly logger?: ProjectionLogger;
  /**
   * When live changes are written behind: after so many events (default 60,000) or milliseconds (default 60,000), or when a
   * second went by without any. It is never waited for; what a crash loses comes again from the log.
   */
  readonly flush?: { readonly maxEvents?: number; readonly maxMilliseconds?: number };
  /** For how many events of its stream a request key is remembered. Default as the domain's limits. */
  readonly requestKeyWindow?: number;
}
