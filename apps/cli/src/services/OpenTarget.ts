import type { Target } from '../target/Target.js';

/** What commands work on, while it is open. @category model */
export interface OpenTarget {
  readonly target: Target;
  /** Where it is a server. */
  readonly origin?: string;
  readonly close: () => Promise<void>;
}
