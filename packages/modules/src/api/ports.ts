import type { Actor, JsonObject } from '@account-data/domain';
import type { LogFields, ModuleChange } from './DeliveryApi.js';

/** Why a module changes something: goes into the metadata of the change. @category model */
export interface ChangeCause {
  /** The module. */
  readonly actor: Actor;
  readonly reason?: string;
  readonly requestKey?: string;
  /** Absent, like the rest, where the module acts outside any delivery. */
  readonly correlationId?: string;
  /** The event whose delivery made the change. */
  readonly causationId?: string;
  /** How many callbacks stand between the first cause and this change: 1 for a change made while handling a user's. */
  readonly causationDepth?: number;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/**
 * What the engine gives modules to read and change account data. Changes answer when they can be read; they never
 * await `modules`. Rejects with the engine's errors.
 *
 * @category model
 */
export interface AccountDataPort {
  readonly get: (userId: string, roomId: string | null, type: string) => Promise<JsonObject | null>;
  readonly set: (
    userId: string,
    roomId: string | null,
    type: string,
    content: JsonObject,
    cause: ChangeCause,
  ) => Promise<ModuleChange>;
  readonly delete: (userId: string, roomId: string | null, type: string, cause: ChangeCause) => Promise<ModuleChange>;
  readonly tags: (userId: string, roomId: string) => Promise<Readonly<Record<string, JsonObject>>>;
  readonly setTag: (
    userId: string,
    roomId: string,
    tag: string,
    content: JsonObject,
    cause: ChangeCause,
  ) => Promise<ModuleChange>;
  readonly removeTag: (userId: string, roomId: string, tag: string, cause: ChangeCause) => Promise<ModuleChange>;
}

/** How grave a line of the log is. @category model */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the host writes its log. Fields are ids, types, positions and durations, never contents. @category model */
export interface HostLogger {
  readonly log: (level: LogLevel, message: string, fields: LogFields) => void;
}
