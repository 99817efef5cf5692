import type { StreamNames, UserId } from '@account-data/domain';
import { type EventStore, type ExpectedRevision, type ReadError, type Revision, revisionAfter, type StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RemainingEvent } from './RoomEventSink.js';
import { roomStreamNames } from './roomStreams.js';
import { type SentEvent, sentStep } from './sentEventRecord.js';

/** An event that was sent, or may have been. */
export interface KnownEvent extends SentEvent {
  /** Undefined where it is not known whether it arrived. */
  readonly eventId: string | undefined;
  /** When it was begun, in milliseconds since the Unix epoch. */
  readonly begun: number;
}

/** All that the record of a user holds. */
export interface SentAbout {
  readonly events: ReadonlyArray<KnownEvent>;
  readonly redacted: ReadonlySet<string>;
  readonly closed: boolean;
  readonly revision: ExpectedRevision;
}

const nothing: SentAbout = { events: [], redacted: new Set(), closed: false, revision: 'no-stream' };

/** `erased` where everything was redacted before. */
export const readSentEvents = async (
  store: EventStore,
  stream: StreamName,
): Promise<E.Either<ReadError, SentAbout | 'erased'>> => {
  const events = new Map<string, KnownEvent>();
  const redacted = new Set<string>();
  let closed = false;
  let last: Revision | undefined;
  for (;;) {
    const from = revisionAfter(last ?? 'no-stream');
    const slice = await store.read(stream, { from, limit: 500 })();
    if (E.isLeft(slice)) return slice;
    if (slice.right._tag === 'Tombstoned') return E.right('erased');
    if (slice.right._tag === 'NoStream') return E.right(nothing);
    for (const event of slice.right.events) {
      const step = sentStep(event);
      last = event.revision;
      switch (step?._tag) {
        case undefined:
          break;
        case 'Sending': {
          const { transactionId, roomId, sender, type } = step;
          const eventId = events.get(transactionId)?.eventId;
          events.set(transactionId, { transactionId, roomId, sender, type, eventId, begun: event.created });
          break;
        }
        case 'Arrived': {
          const known = events.get(step.transactionId);
          if (known !== undefined) events.set(step.transactionId, { ...known, eventId: step.eventId });
          break;
        }
        case 'Refused':
          events.delete(step.transactionId);
          break;
        case 'Redacted':
          for (const eventId of step.eventIds) redacted.add(eventId);
          break;
        case 'Closed':
          closed = true;
          break;
      }
    }
    if (slice.right.isEnd) return E.right({ events: [...events.values()], redacted, closed, revision: last ?? 'no-stream' });
  }
};

/**
 * Events about a user that were sent to a homeserver and not taken back: for logs whose modules no longer send there, so
 * that nobody else would tell.
 *
 * @category interpreters
 */
export const remainingOnHomeserver =
  (store: EventStore, names: StreamNames, userId: UserId): TE.TaskEither<ReadError, ReadonlyArray<RemainingEvent>> =>
  async () => {
    const sent = await readSentEvents(store, roomStreamNames(names).sentAbout(userId));
    if (E.isLeft(sent)) return sent;
    if (sent.right === 'erased') return E.right([]);
    const { events, redacted } = sent.right;
    return E.right(
      events
        .filter(({ eventId }) => eventId === undefined || !redacted.has(eventId))
        .map(({ roomId, eventId }) => ({ roomId, eventId: eventId ?? null, why: 'no homeserver is configured to redact it on' })),
    );
  };
