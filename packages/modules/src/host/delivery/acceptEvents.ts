import type { PositionedEvent, ReadFrom } from '@account-data/event-store';
import type { Clock } from '@account-data/runtime';
import type { HostLogger } from '../../api/ports.js';
import type { ReadChange } from './Change.js';
import type { Partitions } from './Partitions.js';
import type { Receiver } from './Receiver.js';
import type { Window } from './Window.js';

/** What taking events from the log needs besides a place to put them. */
export interface Acceptance {
  readonly clock: Clock;
  readonly readChange: ReadChange;
  readonly isErased: (userId: string) => boolean;
  readonly logger: HostLogger;
  /** An event that can't be decoded was passed over: counted, and named in the log. */
  readonly undecodable: () => void;
}

/** An event that only a newer version can read: nothing may be delivered beyond it. */
export interface TooNewEvent {
  readonly event: PositionedEvent;
  readonly problem: string;
}

/**
 * Puts the changes among events in line, in order. Answers the event it stopped before, if this version may not go on.
 */
export const acceptEvents = (
  events: ReadonlyArray<PositionedEvent>,
  receivers: ReadonlyArray<Receiver>,
  window: Window,
  partitions: Partitions,
  acceptance: Acceptance,
): TooNewEvent | undefined => {
  if (receivers.length === 0) return undefined;
  const now = acceptance.clock.monotonic();
  let after: ReadFrom = window.accepted;
  for (const event of events) {
    const reading = acceptance.readChange(event, after);
    switch (reading._tag) {
      case 'Change':
        if (!acceptance.isErased(reading.change.userId)) {
          window.push(partitions.add(reading.change, receivers, now));
        }
        break;
      case 'NotAChange':
        break;
      case 'TooNew':
        return { event, problem: reading.problem };
      case 'Undecodable':
        acceptance.undecodable();
        acceptance.logger.log('error', 'An event can not be decoded and is delivered to no module', {
          eventId: event.id,
          stream: event.stream,
          revision: event.revision,
          position: event.position,
          problem: reading.problem,
        });
        break;
    }
    after = event.position;
  }
  return undefined;
};
