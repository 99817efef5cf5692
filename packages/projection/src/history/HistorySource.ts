import type { EventStore } from '@account-data/event-store';
import type { Turns } from '@account-data/runtime';
import type { ReadModel } from '../model/ReadModel.js';

/** Where history reads from: the live model at each moment, and the log. @category model */
export interface HistorySource {
  readonly live: () => ReadModel;
  readonly store: EventStore;
  readonly turns: Turns;
}
