import type { Clock } from '@account-data/runtime';
import type { RealServer } from '@account-data/tests-eventstoredb-server';

/** Changes as both sides make them. @category model */
export interface ChangesWork {
  readonly inFlight: number;
  /** How many distinct users the changes go round. */
  readonly users: number;
  /** How many distinct types the changes of one user go round. */
  readonly types: number;
  /** `rate`: changes a second; `latency`: the median of their durations, in milliseconds. */
  readonly measure: 'rate' | 'latency';
}

/** A log that is read from its beginning to its end. @category model */
export interface LogWork {
  readonly events: number;
  readonly users: number;
  /** How many distinct types the changes of one user go round. */
  readonly types: number;
}

/** Users with a long history each, and how one is asked for. @category model */
export interface HistoryWork {
  readonly users: number;
  /** Of each user. */
  readonly changes: number;
  readonly types: number;
  readonly read: 'page' | 'as-of';
  readonly pageSize: number;
}

/** How a bare state is stored: `structures` is MessagePack with lmdb's shared structures. @category model */
export type BareEncoding = 'structures' | 'msgpack' | 'json' | 'string';

/** Who asks a server that made the tokens itself. @category model */
export interface Asker {
  readonly userId: string;
  readonly token: string;
}

/** Requests as the load generator makes them. @category model */
export interface LoadWork {
  readonly method: 'GET' | 'PUT';
  readonly connections: number;
  /** Each connection has users of its own, so that all users are distinct. */
  readonly usersPerConnection: number;
  /** Who asks; absent: the users of the workload, with its tokens. */
  readonly askers?: ReadonlyArray<Asker>;
  /** Absent: the endpoint of Matrix, which answers when a change is projected. Else that of `/v1`, which can wait for modules. */
  readonly awaited?: 'modules';
}

/** Requests at one process of a server of several, one at a time on each connection. @category model */
export interface PinnedWork {
  /** The process that owns the log, or one beside it. */
  readonly at: 'owner' | 'other';
  readonly connections: number;
  readonly usersPerConnection: number;
}

/** What is started: the command for its help, or for one key of a data folder; `node`: nothing but Node. @category model */
export type CommandWork = 'help' | 'get' | 'node';

/** How the bare lmdb environment is opened; the sweep measures what is the fastest. @category model */
export interface BareSettings {
  readonly overlappingSync: boolean;
  readonly noMemInit: boolean;
  readonly pageSize: number;
  readonly eventTurnBatching: boolean;
}

/**
 * How the client of EventStoreDB sends appends: all on one BatchAppend call, as it does where it can, or each as a call
 * of its own.
 *
 * @category model
 */
export type AppendPath = 'batch' | 'unary';

/** Whether a subscription follows the appends meanwhile, as a projection does. @category model */
export type Follow = 'alone' | 'followed';

/**
 * What runs in a process of its own during a benchmark. `Bare…` are the baselines. A program is started with the
 * JSON of this value.
 *
 * @category model
 */
export type Program =
  | { readonly _tag: 'BareChanges'; readonly work: ChangesWork; readonly settings: BareSettings }
  | { readonly _tag: 'EngineChanges'; readonly work: ChangesWork }
  | { readonly _tag: 'BareGet'; readonly users: number; readonly encoding: BareEncoding }
  | { readonly _tag: 'EngineGet'; readonly users: number }
  | { readonly _tag: 'BareServer'; readonly settings: BareSettings; readonly parse: 'json' | 'text' }
  | { readonly _tag: 'CarefulServer'; readonly settings: BareSettings; readonly users: number }
  | { readonly _tag: 'Server'; readonly users: number; readonly modules?: ReadonlyArray<object> }
  | { readonly _tag: 'EngineSeed'; readonly work: LogWork }
  | { readonly _tag: 'BareDeliveries'; readonly work: LogWork }
  | { readonly _tag: 'EngineDeliveries'; readonly work: LogWork }
  | { readonly _tag: 'BareScan'; readonly work: LogWork }
  | { readonly _tag: 'ServerRebuild'; readonly work: LogWork }
  | { readonly _tag: 'BareHistory'; readonly work: HistoryWork }
  | { readonly _tag: 'EngineHistory'; readonly work: HistoryWork }
  | { readonly _tag: 'BareAppends'; readonly work: ChangesWork; readonly path: AppendPath; readonly follow: Follow; readonly server: RealServer }
  | { readonly _tag: 'EventStoreDbDouble'; readonly version: string }
  | { readonly _tag: 'EventStoreDbChanges'; readonly work: ChangesWork; readonly awaited: 'appended' | 'projected'; readonly server: RealServer; readonly compression?: boolean }
  | { readonly _tag: 'EventStoreDbSeed'; readonly work: LogWork; readonly server: RealServer }
  | { readonly _tag: 'BareCatchUp'; readonly work: LogWork; readonly server: RealServer }
  | { readonly _tag: 'EventStoreDbCatchUp'; readonly work: LogWork; readonly server: RealServer; readonly compression?: boolean }
  | { readonly _tag: 'SynapseFollow'; readonly database: string; readonly rows: number }
  | { readonly _tag: 'SynapseTakeOver'; readonly database: string; readonly rows: number }
  | { readonly _tag: 'SynapseLinesImport'; readonly database: string; readonly rows: number; readonly order: 'written' | 'by-user' }
  | { readonly _tag: 'SynapseAnswers'; readonly database: string; readonly url: string; readonly asker: Asker; readonly measured: 'answer' | 'feed' }
  | { readonly _tag: 'HttpLoad'; readonly url: string; readonly work: LoadWork }
  | { readonly _tag: 'PinnedLoad'; readonly url: string; readonly work: PinnedWork }
  | { readonly _tag: 'TenantsLoad'; readonly url: string; readonly beside: boolean }
  | { readonly _tag: 'UserSearch'; readonly url: string; readonly users: number }
  | { readonly _tag: 'CommandStart'; readonly work: CommandWork }
  | { readonly _tag: 'BarePage' }
  | { readonly _tag: 'PageViews'; readonly address: string; readonly ready: string };

/** One round, measured. @category model */
export interface Measured {
  /** In the figure's unit. */
  readonly value: number;
  /** How many operations the round took, to divide its processor time by. */
  readonly operations: number;
  /** What else a reader of the figure should know of the round. */
  readonly note?: string;
}

/** A program that was opened in this process. @category model */
export interface RunningProgram {
  /** Where a server listens: its base URL. */
  readonly url?: string;
  /** Absent for a server: its load generator measures. */
  readonly round?: (seconds: number) => Promise<Measured>;
  readonly close: () => Promise<void>;
}

/** What a program may use. @category model */
export interface ProgramContext {
  /** A folder of its own, empty or filled by another program, removed afterwards by who started the program. */
  readonly folder: string;
  readonly clock: Clock;
}
