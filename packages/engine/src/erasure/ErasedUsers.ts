import { type StreamNames, decodeStored } from '@account-data/domain';
import { type EventStore, Revision, revisionAfter, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';

const pageSize = 1_000;

/**
 * Who was erased, as the erasures' stream tells. The log may go on showing the events of an erased user (EventStoreDB's
 * does until a scavenge), so whoever passes on what it shows asks here, after {@link refresh}: what was erased on another
 * server counts from when it was recorded, not from when a subscription happens to hear of it.
 */
export class ErasedUsers {
  readonly #store: EventStore;
  readonly #stream: StreamName;
  readonly #users = new Set<string>();
  #next = Revision(0);
  #reading: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(store: EventStore, names: Pick<StreamNames, 'erasures'>) {
    this.#store = store;
    this.#stream = StreamName(names.erasures);
  }

  has(userId: string): boolean {
    return this.#users.has(userId);
  }

  /** An erasure that was met in the log. */
  add(userId: string): void {
    this.#users.add(userId);
  }

  /**
   * Resolved when everyone is known whose erasure was recorded before this was called. A read that began earlier may have
   * missed the last ones: callers meanwhile share the next.
   *
   * @throws StoreError where the store fails, or holds an erasure that this program can't read
   */
  refresh(): Promise<void> {
    if (this.#reading === undefined) return this.#start();
    return (this.#queued ??= this.#reading.then(
      () => this.#startQueued(),
      () => this.#startQueued(),
    ));
  }

  #startQueued(): Promise<void> {
    this.#queued = undefined;
    return this.#start();
  }

  #start(): Promise<void> {
    const reading = this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
    return reading;
  }

  async #read(): Promise<void> {
    for (;;) {
      const slice = await this.#store.read(this.#stream, { from: this.#next, limit: pageSize })();
      if (E.isLeft(slice)) throw new StoreError(slice.left);
      if (slice.right._tag !== 'Events') return;
      for (const event of slice.right.events) {
        const decoded = decodeStored(event);
        if (E.isRight(decoded)) {
          if (decoded.right.event.type === 'UserErased') this.#users.add(decoded.right.event.data.userId);
        } else if (decoded.left._tag !== 'UnknownEventType') {
          const message =
            `The erasure at revision ${String(event.revision)} of ${event.stream} can't be read: ${decoded.left.message} ` +
            'Nothing is passed on from the log: it could be what was erased. Upgrade this program.';
          throw new StoreError({ _tag: 'StoreFailed', code: 'store_failed', message });
        }
        this.#next = revisionAfter(event.revision);
      }
      if (slice.right.isEnd || slice.right.events.length === 0) return;
    }
  }
}
