import { type EventStore, isAfter, type ReadError, type StreamName, type Subscription } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { HostLogger } from '../../api/ports.js';
import { decodeProgress } from '../progress/ModuleProgress.js';
import { type ProgressHead, readProgress } from '../progress/readProgress.js';

/**
 * Watches the progress that another instance writes. Whether that one is still there is judged by this process's own
 * monotonic clock: since when nothing new was seen.
 */
export class ProgressFollower {
  readonly #store: EventStore;
  readonly #stream: StreamName;
  readonly #runtime: Runtime;
  readonly #logger: HostLogger;
  readonly #listeners = new Set<() => void>();
  #head: ProgressHead | undefined;
  #seenAt: number;
  #subscription: Subscription | undefined;
  #closed = false;
  #onClose: () => void = () => undefined;

  constructor(store: EventStore, stream: StreamName, runtime: Runtime, logger: HostLogger) {
    this.#store = store;
    this.#stream = stream;
    this.#runtime = runtime;
    this.#logger = logger;
    this.#seenAt = runtime.clock.monotonic();
  }

  /** The last progress seen; undefined where the group has none yet. */
  get head(): ProgressHead | undefined {
    return this.#head;
  }

  /** Whether nobody holds the lease, because nobody ever did or it was let go. */
  get isFree(): boolean {
    return this.#head === undefined || this.#head.progress.owner === null;
  }

  async start(): Promise<E.Either<ReadError, void>> {
    const end = await this.#store.head()();
    if (E.isLeft(end)) return end;
    this.#subscription = this.#store.subscribe({
      after: end.right,
      prefixes: [this.#stream],
      onBatch: ({ events }) => {
        for (const event of events) {
          if (event.stream !== this.#stream) continue;
          const progress = decodeProgress(event.data);
          if (E.isRight(progress)) this.#see({ revision: event.revision, progress: progress.right });
          else this.#logger.log('error', 'Progress of the modules can not be decoded', { problem: progress.left });
        }
      },
    });
    return this.refresh();
  }

  /** Reads the stream, for the case that the subscription is behind. */
  async refresh(): Promise<E.Either<ReadError, void>> {
    const head = await readProgress(this.#store, this.#stream);
    if (E.isLeft(head)) return head;
    if (head.right !== undefined) this.#see(head.right);
    return E.right(undefined);
  }

  /** Calls back at each progress; the returned function ends that. */
  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolved when nobody holds the lease, in milliseconds: it was let go, or nothing was heard for so long. */
  free(lease: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        cancel();
        const left = this.#seenAt + lease - this.#runtime.clock.monotonic();
        if (this.#closed || this.isFree || left <= 0) {
          unsubscribe();
          resolve();
          return;
        }
        cancel = this.#runtime.timers.setBackgroundTimeout(look, left);
      };
      let cancel = (): void => undefined;
      const unsubscribe = this.onProgress(() => {
        if (this.isFree) look();
      });
      this.#onClose = look;
      look();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#onClose();
    this.#listeners.clear();
    await this.#subscription?.close();
  }

  #see(head: ProgressHead): void {
    if (this.#head !== undefined && !isAfter(head.revision, this.#head.revision)) return;
    this.#head = head;
    this.#seenAt = this.#runtime.clock.monotonic();
    for (const listener of [...this.#listeners]) listener();
  }
}
