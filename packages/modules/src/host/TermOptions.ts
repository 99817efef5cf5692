import type { EventStore, Revision, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type { HostLogger } from '../api/ports.js';
import type { ReadChange } from './delivery/Change.js';
import type { Invoker } from './delivery/Invoker.js';
import type { LoadedModule } from './LoadedModule.js';
import type { ModuleMetrics } from './ModuleMetrics.js';
import type { ParkedStreams } from './parked/ParkedStreams.js';
import type { InitialCheckpoints } from './progress/initialCheckpoints.js';
import type { Suspicion } from './progress/suspicionOf.js';

/** What delivery is done with. Times are in milliseconds. @category model */
export interface TermOptions {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly logger: HostLogger;
  readonly metrics: ModuleMetrics | undefined;
  readonly invoker: Invoker;
  readonly modules: ReadonlyArray<LoadedModule>;
  readonly parked: ParkedStreams;
  readonly owner: string;
  readonly accountDataPrefix: string;
  readonly progressStream: StreamName;
  readonly readChange: ReadChange;
  readonly isErased: (userId: string) => boolean;
  readonly maxInFlight: number;
  readonly maxPending: number;
  readonly maxHeldUsers: number;
  /** How large the group's progress may be, but for what does not grow. */
  readonly progressBytes: number;
  readonly checkpointDeliveries: number;
  readonly checkpointMilliseconds: number;
  readonly checkpointMillisecondsAwaited: number;
  readonly slowAfter: number;
  /** Milliseconds; null where delivery is not leased. */
  readonly lease: number | null;
}

/** What was written when this instance took delivery over. */
export interface Acquisition {
  readonly epoch: number;
  readonly revision: Revision;
  readonly initial: InitialCheckpoints;
  /** When the append was begun, by the monotonic clock. */
  readonly begun: number;
  readonly suspicion: Suspicion;
}

/** How a term ended by itself. */
export type TermEnd =
  | { readonly _tag: 'Lost' }
  | { readonly _tag: 'Failed'; readonly problem: string };
