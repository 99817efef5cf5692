import type { Released } from './ParkedRows.js';
import type { FollowHealth } from './FollowHealth.js';

/** A homeserver that is followed. @category model */
export interface Follow {
  readonly health: () => FollowHealth;
  /** Called when the phase changes, or what was confirmed. */
  readonly onChange: (listener: () => void) => () => void;
  /** Compares all rows with what is here, as after a gap, and goes on. */
  readonly compare: () => void;
  /** Takes a user off the lists of parked rows and refused users, for what is dealt with. Gives how many were on them. */
  readonly release: (userId: string) => Promise<Released>;
  /** Resolved when what was appended is confirmed and the connections are closed. */
  readonly close: () => Promise<void>;
}
