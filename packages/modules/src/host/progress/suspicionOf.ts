import { deathsToConvict } from '../delivery/Suspects.js';
import type { GroupProgress, StoredSuspect } from './ModuleProgress.js';

/** What who takes over knows of a process that did not let go of delivery. */
export interface Suspicion {
  readonly suspects: ReadonlyArray<StoredSuspect>;
  /** Nobody knows yet which delivery it was: they take turns. */
  readonly isLooking: boolean;
}

/**
 * Whoever stops lets go: progress that names an owner is that of a process that died, or lost its lease. The delivery that
 * was marked as running then has one death more.
 */
export const suspicionOf = (progress: GroupProgress | undefined): Suspicion => {
  const isDead = progress !== undefined && progress.owner !== null;
  const suspects = (progress?.suspects ?? []).map(({ isRunning, ...suspect }) =>
    isRunning === true && isDead ? { ...suspect, deaths: suspect.deaths + 1 } : suspect,
  );
  const isKnown = suspects.some(({ deaths }) => deaths >= deathsToConvict);
  return { suspects, isLooking: !isKnown && (isDead || suspects.length > 0) };
};
