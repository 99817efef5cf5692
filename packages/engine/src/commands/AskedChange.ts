import type { AccountDataUpdated, EventMetadata, RoomTagEvent } from '@account-data/domain';
import type { Revision } from '@account-data/event-store';
import type * as E from 'fp-ts/lib/Either.js';
import type { HomeserverError } from '../errors.js';

/** A change of a user whose homeserver is followed: it is asked for there, and comes back by the follow. @category model */
export interface AskedChange {
  readonly event: AccountDataUpdated | RoomTagEvent;
  /** Who asked, and why: kept with the change, where it is certain which one it came back as. */
  readonly metadata: EventMetadata;
  /** To be told where it stands, once it has come back and is durable here. */
  readonly onAppended: (revision: Revision) => void;
}

/** What became of it there: it was written, and is in the log by now, or the homeserver wrote nothing for it. @category model */
export type AskedOutcome = 'written' | 'nothing-written';

/** Asks the homeserver for a change, and waits until it has come back. Never rejects. @category model */
export type AskHomeserver = (change: AskedChange) => Promise<E.Either<HomeserverError, AskedOutcome>>;
