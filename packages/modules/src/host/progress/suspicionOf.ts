import { earliest, type Position, type ReadFrom } from '@account-data/event-store';
import type { GroupProgress, StoredSuspect } from './ModuleProgress.js';

/** Deaths of a process during one delivery, alone, after which it is known to end processes. */
export const deathsToConvict = 3;

/** What who takes over knows of a process that did not let go of delivery. */
export interface Suspicion {
  readonly suspects: ReadonlyArray<StoredSuspect>;
  /** Nobody knows yet which delivery it was: they take turns until everything up to here is through. Undefined where they don't. */
  readonly lookingUpTo: Position | undefined;
}

/**
 * Whoever stops lets go: progress that names an owner is that of a process that died, or lost its lease. The delivery that
 * was marked as running then has one death more. `head`: where the log ends; one that died while it looked leaves the place
 * up to which it did, since nothing later was running beside what it had marked.
 */
export const suspicionOf = (progress: GroupProgress | undefined, head: ReadFrom): Suspicion => {
  const isDead = progress !== undefined && progress.owner !== null;
  const suspects = (progress?.suspects ?? []).map(({ isRunning, ...suspect }) =>
    isRunning === true && isDead ? { ...suspect, deaths: suspect.deaths + 1 } : suspect,
  );
  const isKnown = suspects.some(({ deaths }) => deaths >= deathsToConvict);
  const isLooking = !isKnown && (isDead || suspects.length > 0 || progress?.lookingUpTo !== undefined);
  const upTo = isLooking ? earliest(progress?.lookingUpTo ?? head, head) : 'start';
  return { suspects, lookingUpTo: upTo === 'start' ? undefined : upTo };
};
