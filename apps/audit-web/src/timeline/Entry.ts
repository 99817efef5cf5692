import type { HistoryEntry, TagHistoryEntry } from '@account-data/client';

/** A change in a timeline: of account data, or of a room tag. @category model */
export type Entry = HistoryEntry | TagHistoryEntry;

/** Whether a change is of a room tag. @category predicates */
export const isTagEntry = (entry: Entry): entry is TagHistoryEntry => 'tag' in entry;

/** What was changed: the type, or the tag. @category destructors */
export const subjectOf = (entry: Entry): string => (isTagEntry(entry) ? entry.tag : entry.type);

/** Whether the change left nothing: `{}` is a deletion of account data, null of a tag. @category predicates */
export const isDeletion = (entry: Entry): boolean =>
  isTagEntry(entry) ? entry.content === null : Object.keys(entry.content).length === 0;

/** One word for what happened. @category destructors */
export const actOf = (entry: Entry): 'set' | 'changed' | 'deleted' => {
  if (isDeletion(entry)) return 'deleted';
  const before = entry.previousContent;
  return before === null || (!isTagEntry(entry) && Object.keys(before).length === 0) ? 'set' : 'changed';
};
