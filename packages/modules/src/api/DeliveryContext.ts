import type { Actor, JsonObject } from '@account-data/domain';
import type { Position, Revision } from '@account-data/event-store';
import type { DeliveryApi } from './DeliveryApi.js';

/**
 * What a callback is told about a change besides Synapse's four arguments. One object per delivery, valid until the
 * callback has settled.
 *
 * @category model
 */
export interface DeliveryContext {
  /** The event's id, a UUID: the same at each delivery of the same change, so the key for idempotent effects. */
  readonly eventId: string;
  /** The revision in the user's stream: strictly increasing for one user. */
  readonly revision: Revision;
  /** The position in the whole log. */
  readonly position: Position;
  /** Who asked for the change. */
  readonly actor: Actor;
  /** Why, in the actor's words, if they said so. */
  readonly reason: string | undefined;
  /** When the store recorded it, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly correlationId: string;
  /** The id of the event whose callback made this change, if a callback did. */
  readonly causationId: string | undefined;
  /** True for deliveries of a replay, which the module has handled before. */
  readonly isReplay: boolean;
  /** 1 for the first try of this process, 2 after the first failure, and so on. */
  readonly attempt: number;
  /** Grows each time another instance takes over the delivery. A sink may refuse what comes with an older one. */
  readonly epoch: number;
  /** Aborted when the delivery's timeout is over or the host stops without waiting. Created when first asked for. */
  readonly signal: AbortSignal;
  /** The module API bound to this delivery: what is done through it names this change as its cause. */
  readonly api: DeliveryApi;
  /** What (user, room, type) held before this change, frozen; null if nothing. Read from the log when first asked for. */
  readonly previousContent: () => Promise<JsonObject | null>;
}

/**
 * Called after account data was set, also to what it was before, or deleted. Semantics of Synapse's
 * `on_account_data_updated`: global data gives the room ID null, a deletion the content `{}`; tags never call it.
 *
 * A delivery is handled when the callback has returned or its promise is fulfilled; it failed when the callback threw,
 * its promise was rejected, or neither happened within the module's timeout. Deliveries are repeated after a crash and
 * by policy: key what you do by `context.eventId`. `content` is deeply frozen, `context` and what hangs on it as well.
 *
 * Source: https://element-hq.github.io/synapse/latest/modules/account_data_callbacks.html
 *
 * @category model
 */
export type OnAccountDataUpdated = (
  userId: string,
  roomId: string | null,
  accountDataType: string,
  content: JsonObject,
  context: DeliveryContext,
) => void | Promise<void>;

/**
 * Called when a user is erased, so that the module removes what it keeps or sent about the user elsewhere. The user's
 * account data is gone already, and no change of the user is delivered any more. It may be called again for the same
 * user: when it failed, which leaves the erasure unfinished, or when somebody asks for the erasure again.
 *
 * @category model
 */
export type OnUserErased = (userId: string) => void | Promise<void>;

/** What a module can be called for. A callback may give a promise; the delivery then waits for it. @category model */
export interface AccountDataCallbacks {
  readonly onAccountDataUpdated?: OnAccountDataUpdated;
  readonly onUserErased?: OnUserErased;
}
