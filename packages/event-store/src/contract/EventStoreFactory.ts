import type { EventStore } from '../EventStore.js';

/** A store under test and the log behind it. @category model */
export interface ContractSubject {
  readonly store: EventStore;
  /**
   * Closes the store that is open and opens another one over the same log, as a restart of the program would.
   * What is kept in memory only must be gone.
   */
  readonly reopen: () => Promise<EventStore>;
  /** Closes what is open and lets go of the log. */
  readonly dispose: () => Promise<void>;
}

/**
 * Makes the stores that {@link eventStoreContract} runs against. The log need not be empty, and others may write to
 * other streams of it at the same time.
 *
 * @category model
 */
export interface EventStoreFactory {
  /** Called once a test. */
  readonly open: () => Promise<ContractSubject>;
  /** Starts the names of all streams of one test; unique, well-formed, without `$` in front. */
  readonly prefix: () => string;
  /** False where the store reads no single events by their places. */
  readonly readsAt?: false;
  /** How many random histories the model test runs. Default 40. */
  readonly modelRuns?: number;
}
