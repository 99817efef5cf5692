import * as E from 'fp-ts/lib/Either.js';
import { type Actor, actorKey } from './Actor.js';
import { type RequestKeyReused, requestKeyReused } from './Errors.js';
import { isAtLeast, plus } from './Decimal.js';
import type { Limits } from './Limits.js';
import type { KeyedView, RecordedRequest } from './keyed/KeyedView.js';

/**
 * What a command comes to.
 *
 * - `Accepted`: these events are to be appended right after the view's head. There are none only where
 *   `suppressUnchanged` is on and nothing would change.
 * - `Repeated`: the request was accepted before, and its events stand in the stream from `firstRevision` on. Nothing is
 *   to be appended; the first answer is given again.
 *
 * @category model
 */
export type Decision<Event> =
  | { readonly _tag: 'Accepted'; readonly events: ReadonlyArray<Event> }
  | ({ readonly _tag: 'Repeated' } & RecordedRequest);

/** A request with a key. @category model */
export interface RequestKeyUse {
  readonly actor: Actor;
  readonly key: string;
  /** A digest of the payload: equal for equal payloads. */
  readonly fingerprint: string;
}

/** What a decision depends on besides command and state. @category model */
export interface DecisionContext {
  readonly limits: Limits;
  /** Whether a set of what is there already, and a delete of what is absent, append nothing. Synapse: false. */
  readonly suppressUnchanged: boolean;
  /** Absent for a request without a key. */
  readonly request?: RequestKeyUse;
}

/**
 * What a request key alone decides: a repetition, a conflict, or nothing (undefined): the request is new.
 * Its answer depends on the view only up to `limits.requestKeyWindow` revisions back from the head.
 */
export const decideRequestKey = <Room, Name>(
  request: RequestKeyUse,
  limits: Limits,
  view: KeyedView<Room, Name>,
): E.Either<RequestKeyReused, Decision<never>> | undefined => {
  const recorded = view.requestKey(actorKey(request.actor), request.key);
  if (recorded === undefined || view.head === 'no-stream') return undefined;
  const { fingerprint, firstRevision, count } = recorded;
  if (isAtLeast(view.head, plus(firstRevision, count - 1 + limits.requestKeyWindow))) return undefined;
  return fingerprint === request.fingerprint
    ? E.right({ _tag: 'Repeated', fingerprint, firstRevision, count })
    : E.left(requestKeyReused());
};
