import type { EventStore } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';

/** What the store tells people who run it. Never contents of events. @category model */
export interface StoreLogger {
  readonly info: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, details?: Readonly<Record<string, unknown>>) => void;
}

/**
 * How a process uses the folder: `own` (the default), as its only owner, or not at all; `read`, for reading only, with or
 * without an owner beside it; `auto`, as its owner or, where there is one, beside it: then reads go to the file up to what
 * is durable, writes to the owner, and should the owner end, the next write makes this process the owner.
 *
 * @category model
 */
export type LmdbStoreMode = 'own' | 'read' | 'auto';

/** @category model */
export interface LmdbEventStoreOptions {
  /** The folder the store is in. It is made where there is none. */
  readonly path: string;
  readonly runtime: Runtime;
  readonly mode?: LmdbStoreMode;
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
