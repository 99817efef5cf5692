import type {
  AccountDataUpdated,
  EventMetadata,
  RoomTagEvent,
  TagsView,
  UserId,
  UserView,
} from '@account-data/domain';
import { accountDataAfter, roomTagsAfter } from '@account-data/domain';
import type { EventStore, ProposedEvent, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type * as E from 'fp-ts/lib/Either.js';
import type { ChangeResult } from '../AccountDataEngine.js';
import type { CommandError } from '../errors.js';
import { type Awaiter, type ChangeServices, type Decider, type PlaceOf, QueuedChange } from './QueuedChange.js';
import { type StreamView, StreamWriter, type ViewSource } from './StreamWriter.js';

/** How one kind of stream is written: account data, or tags. */
export interface StreamKind<View extends StreamView, Event extends AccountDataUpdated | RoomTagEvent> {
  readonly views: (userId: UserId, stream: StreamName) => Pick<ViewSource<View>, 'load'>;
  readonly after: (view: View, events: ReadonlyArray<Prepared<Event>>) => View;
}

/** An event with its metadata, before it has a place in the stream. */
export interface Prepared<Event> {
  readonly event: Event;
  readonly metadata: EventMetadata;
}

/** The view after events that are to be appended, for the next command of the same batch. @category deciders */
export const afterAccountData = (
  view: UserView,
  events: ReadonlyArray<Prepared<AccountDataUpdated>>,
): UserView => accountDataAfter(view)(events);

/** The same for room tags. @category deciders */
export const afterTags = (
  view: TagsView,
  events: ReadonlyArray<Prepared<RoomTagEvent>>,
): TagsView => roomTagsAfter(view)(events);

/** Queues changes stream by stream and tells each caller what became of theirs. */
export class ChangeQueue<View extends StreamView, Event extends AccountDataUpdated | RoomTagEvent> {
  readonly #store: EventStore;
  readonly #kind: StreamKind<View, Event>;
  readonly #services: ChangeServices;
  readonly #writers = new Map<StreamName, StreamWriter<View>>();

  constructor(store: EventStore, runtime: Runtime, kind: StreamKind<View, Event>, awaiter: Awaiter, placeOf: PlaceOf) {
    this.#store = store;
    this.#kind = kind;
    this.#services = { uuid: runtime.random.uuid, awaiter, placeOf };
  }

  /** Resolved when no change of this queue is on its way. */
  async idle(): Promise<void> {
    while (this.#writers.size > 0) {
      await Promise.all([...this.#writers.values()].map((writer) => writer.idle()));
    }
  }

  submit(decider: Decider<View, Event>): Promise<E.Either<CommandError, ChangeResult>> {
    const { userId, stream } = decider;
    return new Promise((resolve, reject) => {
      const queued = new QueuedChange(decider, this.#services, resolve, reject);
      this.#writerOf(userId, stream).enqueue(queued);
    });
  }

  #writerOf(userId: UserId, stream: StreamName): StreamWriter<View> {
    const known = this.#writers.get(stream);
    if (known !== undefined) return known;
    const { load } = this.#kind.views(userId, stream);
    const views: ViewSource<View> = {
      load,
      evolve: (view, events) =>
        this.#kind.after(
          view,
          events.map((event) => ({ event: event as ProposedEvent & Event, metadata: event.metadata as StoredMetadata & EventMetadata })),
        ),
    };
    const writer = new StreamWriter(this.#store, stream, views, () => {
      this.#writers.delete(stream);
    });
    this.#writers.set(stream, writer);
    return writer;
  }
}

type StoredMetadata = ProposedEvent['metadata'];
