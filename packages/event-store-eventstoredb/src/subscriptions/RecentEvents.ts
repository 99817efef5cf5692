import type { PositionedEvent } from '@account-data/event-store';
import type { WireEvent } from '../wire/ReadAnswer.js';
import { positionedEvent, sizeOf } from '../wire/recordedEvents.js';

interface Recent {
  readonly event: PositionedEvent;
  readonly dataBytes: number;
  readonly bytes: number;
}

/** So many events, and so many bytes of their data and metadata, are kept for a subscription that is told of them later. */
const maxEvents = 4_096;
const maxBytes = 8 * 1024 * 1024;

/**
 * The events that the subscriptions of a store were told of last. The server tells each subscription by itself; whoever is
 * told of an event second gets the object that the first got, so that it is parsed, validated and decoded once in a process.
 *
 * @category model
 */
export class RecentEvents {
  /** By position, the oldest first. */
  readonly #recent = new Map<bigint, Recent>();
  #bytes = 0;

  /** The event as the port has it, with room for what it is decoded to. */
  eventOf(wire: WireEvent): PositionedEvent {
    const bytes = sizeOf(wire);
    const known = this.#recent.get(wire.position);
    // The position alone would not do: another log may have been put in this one's place.
    if (known?.event.id === wire.id && known.bytes === bytes && known.dataBytes === wire.data.length && known.event.stream === wire.stream) return known.event;
    const event: PositionedEvent = { ...positionedEvent(wire), decoded: undefined };
    this.#keep(wire.position, { event, bytes, dataBytes: wire.data.length });
    return event;
  }

  #keep(position: bigint, recent: Recent): void {
    this.#drop(position);
    this.#recent.set(position, recent);
    this.#bytes += recent.bytes;
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= maxEvents && this.#bytes <= maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(position: bigint): void {
    this.#bytes -= this.#recent.get(position)?.bytes ?? 0;
    this.#recent.delete(position);
  }
}
