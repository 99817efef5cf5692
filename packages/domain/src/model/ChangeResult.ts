import type { Position } from '../Position.js';
import type { Revision } from '../Revision.js';
import type { UserId } from '../UserId.js';

/** What a command did. @category model */
export interface ChangeResult {
  readonly userId: UserId;
  /** The revision of the change in the user's stream; of a batch, that of its last event. */
  readonly revision: Revision;
  /** Revisions of all events of the command, in order. */
  readonly revisions: ReadonlyArray<Revision>;
  /** Null where it is not known: the store sent none, or the answer is repeated and reads do not show that change yet. */
  readonly position: Position | null;
  /**
   * Whether what was awaited has happened; `pending` after the timeout: it goes on by itself. Where modules were awaited and
   * each is through, but one did not handle it: `parked` where one has put it aside, or `skipped` (known only where this
   * instance delivers; `done` elsewhere).
   */
  readonly delivery: 'done' | 'skipped' | 'parked' | 'pending';
  /** True where the answer is repeated from an earlier request with the same key. */
  readonly repeated: boolean;
}
