import type { FollowHealth } from './FollowHealth.js';

/** A homeserver that is followed. @category model */
export interface Follow {
  readonly health: () => FollowHealth;
  /** Called when the phase changes, or what was confirmed. */
  readonly onChange: (listener: () => void) => () => void;
  /** Compares all rows with what is here, as after a gap, and goes on. */
  readonly compare: () => void;
  /** Resolved when what was appended is confirmed and the connections are closed. */
  readonly close: () => Promise<void>;
}
