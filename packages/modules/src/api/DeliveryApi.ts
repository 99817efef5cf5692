import type { JsonObject } from '@account-data/domain';
import type { Revision } from '@account-data/event-store';
import type { RoomEvent, SentRoomEvent } from '@account-data/rooms';
import type { Runtime } from '@account-data/runtime';

/** Why a module changes something, and what makes a retry of it known. @category model */
export interface ModuleChangeOptions {
  /** Why, kept with the change. */
  readonly reason?: string;
  /** A retry with the same key appends nothing and answers as before. Derive it from `context.eventId`. */
  readonly requestKey?: string;
}

/** What became of a change that a module asked for. @category model */
export interface ModuleChange {
  /** The revision of the change in the user's stream. */
  readonly revision: Revision;
}

/**
 * Reads and changes account data, as Synapse's `ModuleApi.account_data_manager` (get_global, put_global) and beyond.
 * Changes run callbacks like any other change, the module's own too, so a chain of changes caused by changes ends at
 * a limit with the error `CausationChainTooDeep`. Rejects with the engine's tagged errors.
 *
 * @category model
 */
export interface AccountDataManager {
  /** Frozen; null where there is none. */
  readonly getGlobal: (userId: string, type: string) => Promise<JsonObject | null>;
  readonly putGlobal: (
    userId: string,
    type: string,
    content: JsonObject,
    options?: ModuleChangeOptions,
  ) => Promise<ModuleChange>;
  readonly deleteGlobal: (userId: string, type: string, options?: ModuleChangeOptions) => Promise<ModuleChange>;
  readonly getRoom: (userId: string, roomId: string, type: string) => Promise<JsonObject | null>;
  readonly putRoom: (
    userId: string,
    roomId: string,
    type: string,
    content: JsonObject,
    options?: ModuleChangeOptions,
  ) => Promise<ModuleChange>;
  readonly deleteRoom: (
    userId: string,
    roomId: string,
    type: string,
    options?: ModuleChangeOptions,
  ) => Promise<ModuleChange>;
  /** The user's tags of a room, by name; frozen. */
  readonly getTags: (userId: string, roomId: string) => Promise<Readonly<Record<string, JsonObject>>>;
  readonly setTag: (
    userId: string,
    roomId: string,
    tag: string,
    content: JsonObject,
    options?: ModuleChangeOptions,
  ) => Promise<ModuleChange>;
  readonly removeTag: (
    userId: string,
    roomId: string,
    tag: string,
    options?: ModuleChangeOptions,
  ) => Promise<ModuleChange>;
}

/** The log of one module: each line names it. Never give it contents or tokens. @category model */
export interface ModuleLogger {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

/** Ids, types, positions and durations; never contents or tokens. @category model */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** What a module can do while it handles a delivery. @category model */
export interface DeliveryApi {
  /** The name under which the module is configured. */
  readonly moduleName: string;
  readonly accountDataManager: AccountDataManager;
  /**
   * Sends an event into a room: into the room stream of this log, or to a homeserver, as configured. Within a delivery
   * the event's id is made of the change's event id, the module's first name and how many the callback sent before, so that
   * a redelivery sends nothing twice.
   */
  readonly createAndSendEventIntoRoom: (event: RoomEvent) => Promise<SentRoomEvent>;
  /** Account data contents of the delivery at hand are struck out of what it logs. */
  readonly logger: ModuleLogger;
  /** Clock, timers and randomness, so that the module can be tested under a simulated world. */
  readonly runtime: Runtime;
}
