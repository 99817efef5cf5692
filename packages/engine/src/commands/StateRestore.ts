import type { RevisionCondition } from '@account-data/domain';
import type { Revision } from '@account-data/event-store';
import type { KeyDiff } from '../diff/stateDiff.js';

/** As of when a user's account data is brought back: a time in milliseconds since the Unix epoch. @category model */
export interface RestoreMoment {
  readonly time: number;
  /** Which time: when a change was made (the default), or when the log recorded it, which of an import is later. */
  readonly by?: 'original' | 'recorded';
}

/** What would become of one key: `before` is what it has now, `after` what it had then. @category model */
export interface KeyRestore extends KeyDiff {
  /** What the key is at now. A restore that names it is refused where the key was changed since. */
  readonly ifRevision: Revision | 'absent';
}

/** A key that is to be brought back, and what it has to be at still. @category model */
export interface RestoredKey {
  readonly roomId: string | null;
  readonly type: string;
  readonly ifRevision: RevisionCondition;
}
