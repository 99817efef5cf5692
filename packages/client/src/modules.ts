import type { Position, Revision } from '@account-data/domain';
import { dropParked, forgetModule, getModules, getParked, pauseModule, redriveParked, replayModule, resumeModule } from '@account-data/service-api';
import type { Module, Parked, Redriven } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** @category model */
export interface ModuleStatus {
  readonly name: string;
  readonly state: 'joined' | 'catching_up' | 'paused' | 'elsewhere';
  readonly pausedBecause?: 'failures' | 'requested' | 'too_many_held';
  /** Null: the beginning. */
  readonly position: Position | null;
  readonly heldUsers: number;
  readonly replays: ReadonlyArray<RunningReplay>;
  readonly deliveries: number;
  readonly failures: number;
  /** What follows is known to the instance that delivers: absent where the state is `elsewhere`. */
  readonly parked?: number;
  readonly inFlight?: number;
  readonly consecutiveFailures?: number;
  readonly lagEvents?: number;
  readonly lagIsAtLeast?: boolean;
  readonly lagSeconds?: number;
}

/** A replay that runs, up to a position, inclusive. @category model */
export interface RunningReplay {
  readonly position: Position | null;
  readonly to: Position;
  readonly deliveries: number;
  readonly failures: number;
}

/** @category model */
export interface ModulesStatus {
  readonly group: string;
  readonly state: 'starting' | 'delivering' | 'following' | 'stopped' | 'failed';
  readonly failure?: string;
  readonly owner: string | null;
  readonly epoch: number;
  /** In the order they are called. */
  readonly modules: ReadonlyArray<ModuleStatus>;
  readonly unknownCheckpoints: ReadonlyArray<{ readonly name: string; readonly position: Position | null }>;
}

interface ModuleFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/** @category model */
export interface ParkedDelivery {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly attempts: number;
  readonly time: number;
  readonly error: ModuleFailure;
}

/** @category model */
export interface RedriveResult {
  readonly eventId: string;
  readonly outcome: 'handled' | 'failed' | 'gone';
  readonly error?: ModuleFailure;
}

/** @category model */
export interface ReplayResult {
  readonly position: Position | null;
  readonly deliveries: number;
  readonly failures: number;
}

/** Where a replay begins (exclusive; default: the beginning) and ends (default: the end of the log as it is now). @category model */
export interface ReplayRange {
  readonly from?: { readonly position: Position } | { readonly time: number };
  readonly to?: Position;
}

/** One parked delivery by its event id, or all. @category model */
export type WhichParked = 'all' | { readonly eventId: string };

/** @category model */
export interface ModuleCalls {
  readonly status: (options?: CallOptions) => Promise<ModulesStatus>;
  /** Deliveries that were put aside, in the order they were. */
  readonly parked: (name: string, options?: CallOptions) => Promise<ReadonlyArray<ParkedDelivery>>;
  /** Tries parked deliveries again. Callbacks may have been run although no answer arrives. */
  readonly redrive: (name: string, which: WhichParked, options?: CallOptions) => Promise<ReadonlyArray<RedriveResult>>;
  /** Gives parked deliveries up. How many. */
  readonly drop: (name: string, which: WhichParked, options?: CallOptions) => Promise<number>;
  /** Delivers a range of the log to one module again. Answers when it is done; ends when the signal is aborted. */
  readonly replay: (name: string, range?: ReplayRange, options?: CallOptions) => Promise<ReplayResult>;
  readonly pause: (name: string, options?: CallOptions) => Promise<void>;
  readonly resume: (name: string, options?: CallOptions) => Promise<void>;
  /** Removes the checkpoint of a module that is not configured any more. */
  readonly forget: (name: string, options?: CallOptions) => Promise<void>;
}

/** @category constructors */
export const moduleCalls = (transport: Transport): ModuleCalls => ({
  status: async ({ signal } = {}) => {
    const json = await transport.call(getModules, { params: {}, query: {}, signal, repeatable: true });
    return {
      group: json.group,
      state: json.state,
      owner: json.owner,
      epoch: json.epoch,
      modules: json.modules.map(statusOf),
      unknownCheckpoints: json.unknown_checkpoints,
      ...(json.failure === undefined ? {} : { failure: json.failure }),
    };
  },
  parked: async (name, { signal } = {}) => {
    const { parked } = await transport.call(getParked, { params: { name }, query: {}, signal, repeatable: true });
    return parked.map(parkedOf);
  },
  // A redrive or replay runs callbacks: it is sent once, and takes as long as they do.
  redrive: async (name, which, { signal } = {}) => {
    const request = { params: { name }, query: {}, body: whichOf(which), signal, timeout: Infinity, repeatable: false };
    const { results } = await transport.call(redriveParked, request);
    return results.map(redrivenOf);
  },
  drop: async (name, which, { signal } = {}) => {
    const { dropped } = await transport.call(dropParked, { params: { name }, query: {}, body: whichOf(which), signal, repeatable: false });
    return dropped;
  },
  replay: async (name, { from, to } = {}, { signal } = {}) => {
    const body = defined({
      from_position: from !== undefined && 'position' in from ? from.position : undefined,
      from_time: from !== undefined && 'time' in from ? from.time : undefined,
      to_position: to,
    });
    return transport.call(replayModule, { params: { name }, query: {}, body, signal, timeout: Infinity, repeatable: false });
  },
  pause: async (name, { signal } = {}) => {
    await transport.call(pauseModule, { params: { name }, query: {}, signal, repeatable: true });
  },
  resume: async (name, { signal } = {}) => {
    await transport.call(resumeModule, { params: { name }, query: {}, signal, repeatable: true });
  },
  // Asked for again after it was done, it would be refused: there is nothing left to forget.
  forget: async (name, { signal } = {}) => {
    await transport.call(forgetModule, { params: { name }, query: {}, signal, repeatable: false });
  },
});

const whichOf = (which: WhichParked): { readonly all: true } | { readonly event_id: string } =>
  which === 'all' ? { all: true } : { event_id: which.eventId };

const statusOf = (json: t.TypeOf<typeof Module>): ModuleStatus => ({
  name: json.name,
  state: json.state,
  position: json.position,
  heldUsers: json.held_users,
  replays: json.replays.map(({ to_position: to, ...progress }) => ({ ...progress, to })),
  deliveries: json.deliveries,
  failures: json.failures,
  ...defined({
    pausedBecause: json.paused_because,
    parked: json.parked,
    inFlight: json.in_flight,
    consecutiveFailures: json.consecutive_failures,
    lagEvents: json.lag_events,
    lagIsAtLeast: json.lag_is_at_least,
    lagSeconds: json.lag_seconds,
  }),
});

const parkedOf = ({ event_id: eventId, ...rest }: t.TypeOf<typeof Parked>): ParkedDelivery => ({ eventId, ...rest });

const redrivenOf = ({ event_id: eventId, ...rest }: t.TypeOf<typeof Redriven>): RedriveResult => ({ eventId, ...rest });
