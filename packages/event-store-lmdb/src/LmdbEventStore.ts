import type { EventStore } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';

/** What the store tells people who run it. Never contents of events. @category model */
export interface StoreLogger {
  readonly info: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, details?: Readonly<Record<string, unknown>>) => void;
}

/** @category model */
export interface LmdbEventStoreOptions {
  /** The folder the store is in. It is made where there is none. */
  readonly path: string;
  readonly runtime: Runtime;
  readonly logger?: StoreLogger;
}

/**
 * An event store in a folder of this machine.
 *
 * @category model
 */
export interface LmdbEventStore extends EventStore {
  /** Names the store; a copy of its folder keeps the name. */
  readonly storeId: string;
  /** Whether this process owns the folder now, or reads beside its owner and writes through it. */
  readonly role: () => 'owner' | 'follower';
}
