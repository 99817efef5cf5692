import type { UserId } from '@account-data/domain';
import type { Position, Revision } from '@account-data/event-store';

/** The module that code runs for: while it is set up, is told of an erasure or stops, or, as a {@link DeliveryRef}, handles a change. @category model */
export interface ModuleRef {
  readonly module: string;
}

/** The change that a callback is called for. @category model */
export interface DeliveryRef extends ModuleRef {
  readonly userId: UserId;
  readonly roomId: string | null;
  readonly type: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly eventId: string;
  readonly correlationId: string;
  readonly causationId: string | undefined;
  /** How many callbacks stand between the first cause and this change. */
  readonly causationDepth: number;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** Whether the code that runs belongs to a delivery, not to a module's loading, set-up or stop. @category refinements */
export const isDelivery = (running: ModuleRef): running is DeliveryRef => 'eventId' in running;
