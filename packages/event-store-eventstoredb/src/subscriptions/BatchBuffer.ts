import type { Position, PositionedEvent, SubscriptionBatch } from '@account-data/event-store';

/** More than so many bytes of data and metadata are not kept waiting for a handler, however few the events. */
const maxBytes = 8 * 1024 * 1024;

/**
 * What a subscription has been told and its handler not yet: bounded, since it says when it is full.
 *
 * @category model
 */
export class BatchBuffer {
  readonly #batchSize: number;
  #events: Array<PositionedEvent> = [];
  #sizes: Array<number> = [];
  #bytes = 0;
  /** Moved by an event or a checkpoint and not yet handed over. */
  #checkpoint: Position | undefined;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  get isEmpty(): boolean {
    return this.#checkpoint === undefined;
  }

  /** Whether the source is to be paused: it holds two batches, or many bytes. */
  get isFull(): boolean {
    return this.#events.length >= this.#batchSize * 2 || this.#bytes >= maxBytes;
  }

  /** Whether a source that was paused may go on. */
  get hasRoom(): boolean {
    return this.#events.length <= this.#batchSize && this.#bytes <= maxBytes / 2;
  }

  add(event: PositionedEvent, bytes: number): void {
    this.#events.push(event);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    this.#checkpoint = event.position;
  }

  moveTo(checkpoint: Position): void {
    this.#checkpoint = checkpoint;
  }

  /** The next batch; undefined where there is none. */
  take(): SubscriptionBatch | undefined {
    const checkpoint = this.#checkpoint;
    if (checkpoint === undefined) return undefined;
    if (this.#events.length <= this.#batchSize) {
      const events = this.#events;
      this.clear();
      return { events, checkpoint };
    }
    const events = this.#events.splice(0, this.#batchSize);
    for (const size of this.#sizes.splice(0, this.#batchSize)) this.#bytes -= size;
    return { events, checkpoint: events.at(-1)?.position ?? checkpoint };
  }

  clear(): void {
    this.#events = [];
    this.#sizes = [];
    this.#bytes = 0;
    this.#checkpoint = undefined;
  }
}
