/** What is counted of a module since this process started. */
export interface ModuleCounters {
  inFlight: number;
  deliveries: number;
  failures: number;
  /** Failed tries in a row. */
  consecutiveFailures: number;
}
