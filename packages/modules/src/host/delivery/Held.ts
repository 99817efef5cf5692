import type { ReadFrom, Revision, StreamName } from '@account-data/event-store';
import type { CancelTimer } from '@account-data/runtime';
import type { Change } from './Change.js';

/** A user whose changes wait, for one module, until the first of them is handled. */
export interface Held {
  readonly user: string;
  readonly stream: StreamName;
  /** The first revision that is not handled. */
  nextRevision: Revision;
  /** Before the position of that revision. */
  after: ReadFrom;
  /** Changes of the user were passed over up to here; they are read from the log again. */
  passedThrough: ReadFrom;
  /** How often the next one was tried. */
  attempts: number;
  /** The next one, where it is at hand. */
  change: Change | undefined;
  isWorking: boolean;
  /** It was to be woken while it was working. */
  wakeAgain: boolean;
  cancelTimer: CancelTimer | undefined;
}

/** Nothing was tried yet, and nothing runs. */
export const heldFrom = (held: Pick<Held, 'user' | 'stream' | 'nextRevision' | 'after' | 'passedThrough'> & Partial<Held>): Held => ({
  attempts: 0,
  change: undefined,
  isWorking: false,
  wakeAgain: false,
  cancelTimer: undefined,
  ...held,
});
