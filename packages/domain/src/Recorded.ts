import type { Revision } from './Revision.js';
import type { RequestMetadata } from './keyed/KeyedState.js';

/** An event as its stream has it. @category model */
export interface Recorded<Event> {
  readonly event: Event;
  readonly revision: Revision;
  readonly metadata: RequestMetadata;
}
