import type { ParkedDelivery, Position, RedriveResult, ReplayProgress } from '@account-data/domain';
import { dropParked, forgetModule, getModules, getParked, pauseModule, redriveParked, replayModule, resumeModule } from '@account-data/service-api';
import type { ModuleJson, ModulesJson } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** What only the instance that delivers knows is absent where the state is `elsewhere`. @category model */
export type ModuleStatus = t.TypeOf<typeof ModuleJson>;

/** Modules in the order they are called. @category model */
export type ModulesStatus = t.TypeOf<typeof ModulesJson>;

/** Where a replay begins (exclusive; default: the beginning) and ends (default: the end of the log as it is now). @category model */
export interface ReplayRange {
  readonly from?: { readonly position: Position } | { readonly time: number };
  readonly to?: Position;
}

/** One parked delivery by its event id, or all. @category model */
export type WhichParked = 'all' | { readonly eventId: string };

/** Operations on modules. @category model */
export interface ModuleCalls {
  readonly status: (options?: CallOptions) => Promise<ModulesStatus>;
  /** Deliveries that were put aside, in the order they were. */
  readonly parked: (name: string, options?: CallOptions) => Promise<ReadonlyArray<ParkedDelivery>>;
  /** Tries parked deliveries again. Callbacks may have been run although no answer arrives. */
  readonly redrive: (name: string, which: WhichParked, options?: CallOptions) => Promise<ReadonlyArray<RedriveResult>>;
  /** Gives parked deliveries up. How many. */
  readonly drop: (name: string, which: WhichParked, options?: CallOptions) => Promise<number>;
  /** Delivers a range of the log to one module again. Answers when it is done; ends when the signal is aborted. */
  readonly replay: (name: string, range?: ReplayRange, options?: CallOptions) => Promise<ReplayProgress>;
  readonly pause: (name: string, options?: CallOptions) => Promise<void>;
  readonly resume: (name: string, options?: CallOptions) => Promise<void>;
  /** Removes the checkpoint of a module that is not configured any more. */
  readonly forget: (name: string, options?: CallOptions) => Promise<void>;
}

/** Makes these calls. @category constructors */
export const moduleCalls = (transport: Transport): ModuleCalls => ({
  status: ({ signal } = {}) => transport.call(getModules, { params: {}, query: {}, signal, repeatable: true }),
  parked: async (name, { signal } = {}) => {
    const { parked } = await transport.call(getParked, { params: { name }, query: {}, signal, repeatable: true });
    return parked;
  },
  // A redrive or replay runs callbacks: it is sent once, and takes as long as they do.
  redrive: async (name, which, { signal } = {}) => {
    const request = { params: { name }, query: {}, body: whichOf(which), signal, timeout: Infinity, repeatable: false };
    const { results } = await transport.call(redriveParked, request);
    return results;
  },
  drop: async (name, which, { signal } = {}) => {
    const { dropped } = await transport.call(dropParked, { params: { name }, query: {}, body: whichOf(which), signal, repeatable: false });
    return dropped;
  },
  replay: (name, { from, to } = {}, { signal } = {}) => {
    const body = defined({
      fromPosition: from !== undefined && 'position' in from ? from.position : undefined,
      fromTime: from !== undefined && 'time' in from ? from.time : undefined,
      toPosition: to,
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

const whichOf = (which: WhichParked): { readonly all: true } | { readonly eventId: string } =>
  which === 'all' ? { all: true } : { eventId: which.eventId };
