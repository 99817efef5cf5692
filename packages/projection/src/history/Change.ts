import type { AccountDataUpdated, EventMetadata } from '@account-data/domain';
import type { RecordedEvent } from '@account-data/event-store';

/** What knows, or not, how long its data are as JSON. @category model */
export interface Sized {
  readonly bytes?: number;
}

/** A change of account data as its stream has it. @category model */
export interface Change extends Sized {
  readonly revision: RecordedEvent['revision'];
  readonly id: string;
  readonly data: AccountDataUpdated['data'];
  readonly metadata: EventMetadata;
}

/** What is still being put together. */
export type Writable<A> = { -readonly [Key in keyof A]: A[Key] };
