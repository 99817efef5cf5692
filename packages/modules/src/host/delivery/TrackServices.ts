import type { StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type { HostLogger } from '../../api/ports.js';
import type { ParkedError } from '../ModuleHost.js';
import type { ModuleMetrics } from '../ModuleMetrics.js';
import type { Change, ReadChange } from './Change.js';
import type { Invoker } from './Invoker.js';
import type { ReadLog } from './readLog.js';
import type { DeliveryLease } from './Receiver.js';
import type { Semaphore } from './Semaphore.js';

/** What the tracks of all modules share while this instance delivers. */
export interface TrackServices {
  readonly runtime: Runtime;
  readonly lease: DeliveryLease;
  readonly invoker: Invoker;
  /** Of the modules that are delivered to together. */
  readonly semaphore: Semaphore;
  /** For each module. */
  readonly maxHeldUsers: number;
  /** How much of the group's progress the held users of one module may take up. */
  readonly maxHeldBytes: number;
  readonly logger: HostLogger;
  readonly metrics: ModuleMetrics | undefined;
  readonly readLog: ReadLog;
  readonly readChange: ReadChange;
  readonly streamOf: (userId: string) => StreamName;
  readonly isErased: (userId: string) => boolean;
  /** Puts a delivery aside durably. False: that could not be done now. */
  readonly park: (module: string, change: Change, attempts: number, error: ParkedError) => Promise<boolean>;
  /** Delivery can't go on: the store is gone for good, or threw what it should have answered. */
  readonly fail: (reason: unknown) => void;
}
