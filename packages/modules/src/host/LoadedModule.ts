import type { ModulePolicy } from '../api/ConfiguredModule.js';
import type { OnAccountDataUpdated, OnUserErased } from '../api/DeliveryContext.js';
import type { DeliveryWorld } from './delivery/Delivery.js';

/** A module that has been set up. */
export interface LoadedModule {
  readonly name: string;
  readonly renamedFrom: string | undefined;
  readonly policy: ModulePolicy;
  /** All callbacks it registered, as one. */
  readonly callback: OnAccountDataUpdated;
  /** In the order of registration. */
  readonly erasureCallbacks: ReadonlyArray<OnUserErased>;
  readonly world: DeliveryWorld;
  readonly stop: () => Promise<void>;
}
