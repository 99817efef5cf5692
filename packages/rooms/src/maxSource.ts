import { type Revision, isAfter } from '@account-data/event-store';

/** Whether a change comes after all that a record tells of; undefined: it tells of none. */
export const isLater = (revision: Revision, maxSource: Revision | undefined): boolean => maxSource === undefined || isAfter(revision, maxSource);

/** The highest revision of a change that a record tells of, with one more. */
export const latest = (revision: Revision, maxSource: Revision | undefined): Revision =>
  maxSource === undefined || isAfter(revision, maxSource) ? revision : maxSource;
