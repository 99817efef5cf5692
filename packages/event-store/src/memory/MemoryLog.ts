import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { AppendError, OutcomeUnknown } from '../errors.js';
import type { PositionedEvent, ProposedEvent } from '../Event.js';
import type { AppendResult, StreamMetadata } from '../EventStore.js';
import type { Position } from '@account-data/domain';
import type { ExpectedRevision } from '../expectations.js';
import type { StreamName } from '../StreamName.js';
import type { SubscriptionHub } from '../SubscriptionHub.js';
import { appendTo, eventsFrom, type MemoryContents, setMetadata, tombstoneIn } from './MemoryContents.js';

/**
 * What goes wrong with a write: it is refused (nothing appended), its request is lost (nothing appended, but the caller
 * can't know), or its answer is lost (appended, but the caller can't know).
 *
 * @category model
 */
export type WriteFault = 'unavailable' | 'request-lost' | 'answer-lost';

/** What is written, as a fault injector sees it. @category model */
export interface WriteAttempt {
  readonly kind: 'append' | 'metadata' | 'tombstone';
  readonly stream: StreamName;
  /** The ids of the events of an append. */
  readonly eventIds: ReadonlyArray<string>;
}

/** What a log in memory is made of and how it behaves. @category model */
export interface MemoryLogOptions {
  readonly runtime: Runtime;
  readonly contents: MemoryContents;
  /** Milliseconds from a write to its being durable; writes that wait together become durable together. */
  readonly flushDelay: number;
  readonly keepTombstoned: boolean;
  readonly fault: ((attempt: WriteAttempt) => WriteFault | undefined) | undefined;
}

interface Waiting {
  /** Does it to the durable contents; the returned function tells the caller. */
  readonly apply: () => () => void;
}

/**
 * The log that in-memory stores share as clients share a server. What is written waits for the flush; only then it is
 * decided, applied, handed to subscriptions and acknowledged, in the order in which it was written.
 *
 * @category model
 */
export interface MemoryLog {
  readonly options: MemoryLogOptions;
  readonly hubs: Set<SubscriptionHub>;
  readonly append: (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
  ) => Promise<E.Either<AppendError, AppendResult>>;
  readonly setMetadata: (stream: StreamName, metadata: StreamMetadata) => Promise<E.Either<AppendError, void>>;
  readonly tombstone: (stream: StreamName) => Promise<E.Either<AppendError, void>>;
  /** Makes everything that waits durable now. */
  readonly flush: () => void;
  /** Stops it where it stands: of what waits, a first part (by chance, none or all) is durable, and nobody is told. */
  readonly crash: () => void;
}

/** Makes the log that one or more stores in memory are connected to. @category constructors */
export const createMemoryLog = (options: MemoryLogOptions): MemoryLog => {
  const { runtime, contents } = options;
  const hubs = new Set<SubscriptionHub>();
  let waiting: Array<Waiting> = [];
  let scheduled = false;
  let crashed = false;

  const publish = (events: ReadonlyArray<PositionedEvent>): void => {
    const last: Position | undefined = events.at(-1)?.position;
    if (last === undefined) return;
    for (const hub of hubs) hub.publish(events, last);
  };

  const flush = (): void => {
    scheduled = false;
    if (crashed) return;
    const group = waiting;
    waiting = [];
    const before = contents.nextPosition;
    const answers = group.map(({ apply }) => apply());
    publish(eventsFrom(contents, before));
    for (const answer of answers) answer();
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    if (options.flushDelay > 0) runtime.timers.setTimeout(flush, options.flushDelay);
    else queueMicrotask(flush);
  };

  const write = <A>(
    attempt: WriteAttempt,
    apply: () => E.Either<AppendError, A>,
  ): Promise<E.Either<AppendError, A>> =>
    new Promise((resolve) => {
      const fault = options.fault?.(attempt);
      const unknown: OutcomeUnknown = {
        _tag: 'OutcomeUnknown',
        code: 'outcome_unknown',
        stream: attempt.stream,
        message: 'The answer did not arrive.',
      };
      waiting.push({
        apply: () => {
          if (fault === 'unavailable') {
            return () => {
              resolve(E.left({ _tag: 'StoreUnavailable', code: 'store_unavailable', message: 'The store is not available.' }));
            };
          }
          const outcome = fault === 'request-lost' ? E.left(unknown) : apply();
          return () => {
            resolve(fault === 'answer-lost' ? E.left(unknown) : outcome);
          };
        },
      });
      schedule();
    });

  return {
    options,
    hubs,
    append: (stream, events, expected) =>
      write({ kind: 'append', stream, eventIds: events.map(({ id }) => id) }, () =>
        appendTo(contents, stream, events, expected, runtime.clock.now()),
      ),
    setMetadata: (stream, metadata) =>
      write({ kind: 'metadata', stream, eventIds: [] }, () => setMetadata(contents, stream, metadata)),
    tombstone: (stream) =>
      write({ kind: 'tombstone', stream, eventIds: [] }, () => {
        tombstoneIn(contents, stream, options.keepTombstoned);
        return E.right(undefined);
      }),
    flush,
    crash: () => {
      crashed = true;
      const survivors = Math.floor(runtime.random.number() * (waiting.length + 1));
      for (const { apply } of waiting.slice(0, survivors)) apply();
      waiting = [];
      for (const hub of hubs) hub.abandon();
      hubs.clear();
    },
  };
};
