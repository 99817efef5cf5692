import type { UserId } from '@account-data/domain';
import { type EventStore, type ExpectedRevision, plus, type ProposedEvent, Revision, type StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { appendSurely, storeError } from './appendSurely.js';
import { isLater, latest } from './maxSource.js';
import { RecentTails } from './RecentTails.js';
import { type RoomEventSource, RoomSinkError } from './RoomEventSink.js';
import { type SentEvent, arrivedEvent, maxSourceOf, refusedEvent, sendingEvent, sentStep } from './sentEventRecord.js';

/** Where it is recorded what was sent about a user. @category model */
export interface SentEventsOptions {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly streamOf: (userId: UserId) => StreamName;
}

/** Whether an event is to be sent. */
export type Beginning =
  /** `isAgain`: it was begun before, and it is not known whether it arrived. */
  | { readonly _tag: 'Send'; readonly isAgain: boolean }
  | { readonly _tag: 'Sent'; readonly eventId: string }
  /** The user is erased: nothing is sent about them any more. */
  | { readonly _tag: 'Erased' };

/** The end of the record of one user. */
interface Tail {
  readonly revision: ExpectedRevision;
  /** The highest revision of a change that was told of; undefined of an empty record. */
  readonly maxSource: Revision | undefined;
}

const pageSize = 200;
const maxAttempts = 32;

/**
 * What was sent to a homeserver about each user: begun before it is sent and closed with the id that the homeserver
 * gave it, so that an erasure finds all of it (see `redactSentEvents`), whatever was cut short in between. Steps are
 * appended at the exact end of the user's record: after it was closed, none is.
 */
export class SentEvents {
  readonly #options: SentEventsOptions;
  readonly #tails = new RecentTails<Tail>();

  constructor(options: SentEventsOptions) {
    this.#options = options;
  }

  /** Before an event is sent. A change later than all before can't have been told of: then nothing is read. */
  async begin(event: SentEvent, source: RoomEventSource, module: string): Promise<Beginning> {
    let known: Beginning | undefined;
    const appended = await this.#append(source, async (tail, maxSource) => {
      known = isLater(source.revision, tail.maxSource) ? undefined : await this.#find(event.transactionId, source);
      if (known !== undefined) return undefined;
      return sendingEvent(this.#id(), event, { source, module, maxSource });
    });
    if (appended === 'erased') return { _tag: 'Erased' };
    return known ?? { _tag: 'Send', isAgain: false };
  }

  /** After the homeserver has taken it. `erased`: the record was closed meanwhile, so that it has to be redacted. */
  arrived(transactionId: string, eventId: string, source: RoomEventSource, module: string): Promise<'kept' | 'erased'> {
    return this.#append(source, (_tail, maxSource) => arrivedEvent(this.#id(), transactionId, eventId, { source, module, maxSource }));
  }

  /** After the homeserver has refused it for certain. */
  async refused(transactionId: string, source: RoomEventSource, module: string): Promise<void> {
    await this.#append(source, (_tail, maxSource) => refusedEvent(this.#id(), transactionId, { source, module, maxSource }));
  }

  #id(): string {
    return this.#options.runtime.random.uuid();
  }

  async #append(
    source: RoomEventSource,
    next: (tail: Tail, maxSource: Revision) => ProposedEvent | undefined | Promise<ProposedEvent | undefined>,
  ): Promise<'kept' | 'erased'> {
    const stream = this.#options.streamOf(source.userId);
    let tail: Tail | 'erased' = this.#tails.get(stream) ?? (await this.#readTail(stream));
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      if (tail === 'erased') return 'erased';
      const maxSource = latest(source.revision, tail.maxSource);
      const event = await next(tail, maxSource);
      if (event === undefined) return 'kept';
      const appended = await appendSurely(this.#options.store, stream, event, tail.revision);
      if (E.isRight(appended)) {
        this.#tails.remember(stream, { revision: appended.right.revision, maxSource });
        return 'kept';
      }
      this.#tails.forget(stream);
      if (appended.left._tag === 'StreamTombstoned') return 'erased';
      if (appended.left._tag !== 'RevisionConflict') throw storeError(appended.left);
      tail = await this.#readTail(stream);
    }
    throw new RoomSinkError('room_store_error', 'Others write to the record of the same user again and again.');
  }

  async #readTail(stream: StreamName): Promise<Tail | 'erased'> {
    const slice = await this.#options.store.read(stream, { direction: 'backwards', limit: 1 })();
    if (E.isLeft(slice)) throw storeError(slice.left);
    if (slice.right._tag === 'Tombstoned') return 'erased';
    const last = slice.right._tag === 'Events' ? slice.right.events[0] : undefined;
    if (last === undefined) return { revision: 'no-stream', maxSource: undefined };
    // What stands after the closing are steps of the erasure.
    const step = sentStep(last);
    if (step?._tag === 'Closed' || step?._tag === 'Redacted' || maxSourceOf(last) === undefined) return 'erased';
    return { revision: last.revision, maxSource: maxSourceOf(last) };
  }

  /** What the record says of a transaction: from the end backwards, as far as it can be. */
  async #find(transactionId: string, source: RoomEventSource): Promise<Beginning | undefined> {
    const { store, streamOf } = this.#options;
    let from: Revision | undefined;
    for (;;) {
      const slice = await store.read(streamOf(source.userId), {
        direction: 'backwards',
        limit: pageSize,
        ...(from === undefined ? {} : { from }),
      })();
      if (E.isLeft(slice)) throw storeError(slice.left);
      if (slice.right._tag !== 'Events') return undefined;
      let first: Revision | undefined;
      for (const event of slice.right.events) {
        if (isLater(source.revision, maxSourceOf(event))) return undefined;
        const step = sentStep(event);
        if (step?._tag === 'Arrived' && step.transactionId === transactionId) return { _tag: 'Sent', eventId: step.eventId };
        // Refused for certain: it is begun anew.
        if (step?._tag === 'Refused' && step.transactionId === transactionId) return undefined;
        if (step?._tag === 'Sending' && step.transactionId === transactionId) return { _tag: 'Send', isAgain: true };
        first = event.revision;
      }
      if (slice.right.isEnd || first === undefined || first === Revision(0)) return undefined;
      from = plus(first, -1);
    }
  }
}
