import type { Timers } from '@account-data/runtime';
import type { ProjectionDifference } from '../ProjectionHealth.js';
import type { StorageReader } from '../storage/ProjectionStorage.js';

/** Takes each difference; what is told first is what the projection has. @category model */
export type OnDifference = (difference: ProjectionDifference) => void;

/** What the tables of a live storage and a fresh one are compared with. @category model */
export interface Comparison {
  readonly live: StorageReader;
  readonly fresh: StorageReader;
  /** For how many events of a stream a request key is remembered. */
  readonly requestKeyWindow: number;
  readonly timers: Timers;
  readonly isAborted: () => boolean;
  readonly onDifference: OnDifference;
}

export const nextTurn = (timers: Timers): Promise<void> =>
  new Promise((resolve) => {
    timers.defer(resolve);
  });
