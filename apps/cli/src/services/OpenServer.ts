import type { ServerTarget } from './serverAt.js';

/** A server that a command works on, while it does. @category model */
export interface OpenServer extends ServerTarget {
  /** Ends it, where it runs for this command alone. */
  readonly close: () => Promise<void>;
}
