import type { Limits } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import type { ConfiguredModule, HostLogger, ModuleHostOptions } from '@account-data/modules';
import type { RoomEventSink } from '@account-data/rooms';
import type { StorageProvider } from '@account-data/projection';
import type { Runtime, Turns } from '@account-data/runtime';
import type { AskHomeserver } from './commands/AskedChange.js';
import type { ErasureList } from './erasure/ErasureList.js';
import type { ErasureStep } from './erasure/ErasureReceipt.js';

/** What of a module host the engine leaves to whoever composes it. @category model */
export type ModulesOptions = Pick<
  ModuleHostOptions,
  | 'group'
  | 'owner'
  | 'ownership'
  | 'maxInFlight'
  | 'maxPending'
  | 'maxHeldUsers'
  | 'checkpoint'
  | 'maxCausationDepth'
  | 'blockedAfter'
  | 'metrics'
  | 'tracer'
  | 'watchdog'
  | 'scope'
> & {
  /** In the order in which they are called. */
  readonly configured: ReadonlyArray<ConfiguredModule>;
  /** Where modules' room events go. Default: room streams of this log. */
  readonly rooms?: RoomEventSink;
};

/** What an engine is made of. Only the store is needed. @category model */
export interface EngineOptions {
  /** It stays the caller's: `close` does not close it. */
  readonly store: EventStore;
  /** Clock, timers and randomness. Default: the real ones. */
  readonly runtime?: Runtime;
  /** How long reads are cut into slices, shared with all else that answers in this process. Default: by `runtime`. */
  readonly turns?: Turns;
  /** Where the read model is kept. Default: in memory, rebuilt at each start. */
  readonly projectionStorage?: StorageProvider;
  /** Goes before the name of every stream, so that several logs can share a store. */
  readonly prefix?: string;
  /** Where it is given, only this server's users are local; changes of others are refused. */
  readonly serverName?: string;
  /** The homeserver that is followed into this log: commands for its users are refused with `user_followed`, unless it can be asked. */
  readonly followedServer?: string;
  /** Where it is given, commands for users of the followed homeserver are asked for there. */
  readonly askHomeserver?: AskHomeserver;
  readonly limits?: Partial<Limits>;
  /** Whether a change that changes nothing appends nothing and calls no module. Default false, as in Synapse. */
  readonly suppressUnchanged?: boolean;
  readonly modules?: ModulesOptions;
  readonly logger?: HostLogger;
  /** What else is to be done when a user is erased, after streams and rooms: rewriting the embedded log, for one. */
  readonly erasureSteps?: ReadonlyArray<ErasureStep>;
  /** Where erasures are kept outside of the log too, so that they outlive a restore of an older copy of it. */
  readonly erasureList?: ErasureList;
  /**
   * `caught-up` (the default): the engine is given when reads reflect what was in the log at the start; it is not where they stop before.
   * `at-once`: it catches up in the background; until then reads show an older state. See `projection.health()`.
   */
  readonly start?: 'caught-up' | 'at-once';
  /**
   * Erasures that an earlier run did not finish are finished at the start; `leave` leaves them to the engine of another process,
   * which has the modules. Default `finish`.
   */
  readonly unfinishedErasures?: 'finish' | 'leave';
}
