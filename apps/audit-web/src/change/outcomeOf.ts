import { type HistoryEntry, type ModuleStatus, type ParkedDelivery, isAfter } from '@account-data/client';

/** What a module made of a change. A failure that its policy skips is kept nowhere: that has passed, too. @category model */
export type Outcome =
  | { readonly _tag: 'Passed' }
  | { readonly _tag: 'Parked'; readonly delivery: ParkedDelivery }
  /** It, or one of the user before it, failed and is tried again. */
  | { readonly _tag: 'Retrying'; readonly attempts: number }
  | { readonly _tag: 'Behind' };

/** Reads it from where the module is, whom it holds, and what it parked. @category constructors */
export const outcomeOf = (
  { eventId, userId, revision, position }: Pick<HistoryEntry, 'eventId' | 'userId' | 'revision' | 'position'>,
  { position: low, held }: Pick<ModuleStatus, 'position' | 'held'>,
  parked: ReadonlyArray<ParkedDelivery>,
): Outcome => {
  const delivery = parked.find((one) => one.eventId === eventId);
  if (delivery !== undefined) return { _tag: 'Parked', delivery };
  const waiting = held.find((one) => one.userId === userId);
  if (waiting !== undefined && !isAfter(waiting.nextRevision, revision)) return { _tag: 'Retrying', attempts: waiting.attempts };
  return low !== 'start' && !isAfter(position, low) ? { _tag: 'Passed' } : { _tag: 'Behind' };
};
