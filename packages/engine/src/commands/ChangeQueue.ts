import type {
  AccountDataUpdated,
  Decision,
  EventMetadata,
  RoomTagEvent,
  TagsView,
  UserId,
  UserView,
} from '@account-data/domain';
import { accountDataAfter, roomTagsAfter } from '@account-data/domain';
import { type EventStore, type ProposedEvent, Revision, type StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Await, Change } from '../AccountDataEngine.js';
import type { CommandError } from '../errors.js';
import { type ChangeRequest, eventIdOf, metadataOf } from './ChangeRequest.js';
import { type Appended, type StreamView, StreamWriter, type ViewSource, type WriterDecision } from './StreamWriter.js';

/**
 * Waits for what a caller asked to await; resolved with `pending` after the timeout. Never rejects. A plain value where
 * there is nothing to wait for: a change then costs no promise for it.
 */
export type Awaiter = (
  awaited: Exclude<Await, 'appended'>,
  stream: StreamName,
  appended: Appended,
  last: Revision,
  timeout: number,
) => 'done' | 'pending' | Promise<'done' | 'pending'>;

/** The events that the domain decided on, by what they are decided on. */
export interface Decider<View, Event> {
  readonly userId: UserId;
  readonly stream: StreamName;
  readonly request: ChangeRequest;
  readonly decide: (view: View) => E.Either<CommandError, Decision<Event>>;
}

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

/** A domain view whose head has the port's type. */
export type AtHead<View extends { readonly head: bigint | 'no-stream' }> = View & StreamView;

/** @category deciders */
export const afterAccountData = (
  view: AtHead<UserView>,
  events: ReadonlyArray<Prepared<AccountDataUpdated>>,
): AtHead<UserView> => accountDataAfter(view)(events) as AtHead<UserView>;

/** @category deciders */
export const afterTags = (
  view: AtHead<TagsView>,
  events: ReadonlyArray<Prepared<RoomTagEvent>>,
): AtHead<TagsView> => roomTagsAfter(view)(events) as AtHead<TagsView>;

/** Queues changes stream by stream and tells each caller what became of theirs. */
export class ChangeQueue<View extends StreamView, Event extends AccountDataUpdated | RoomTagEvent> {
  readonly #store: EventStore;
  readonly #runtime: Runtime;
  readonly #kind: StreamKind<View, Event>;
  readonly #awaiter: Awaiter;
  readonly #writers = new Map<StreamName, StreamWriter<View>>();

  constructor(store: EventStore, runtime: Runtime, kind: StreamKind<View, Event>, awaiter: Awaiter) {
    this.#store = store;
    this.#runtime = runtime;
    this.#kind = kind;
    this.#awaiter = awaiter;
  }

  /** Resolved when no change of this queue is on its way. */
  async idle(): Promise<void> {
    while (this.#writers.size > 0) {
      await Promise.all([...this.#writers.values()].map((writer) => writer.idle()));
    }
  }

  submit(decider: Decider<View, Event>): Promise<E.Either<CommandError, Change>> {
    const { userId, stream, request } = decider;
    return new Promise((resolve, reject) => {
      const ids: Array<string> = [];
      this.#writerOf(userId, stream).enqueue({
        decide: (view) => {
          const decision = decider.decide(view);
          if (E.isLeft(decision)) return decision;
          return E.right(this.#propose(decision.right, stream, request, ids));
        },
        settle: (result) => {
          if (E.isLeft(result)) {
            resolve(result);
            return;
          }
          const appended = result.right;
          const delivered =
            request.await === 'appended' || appended.count === 0
              ? 'done'
              : this.#awaiter(request.await, stream, appended, lastRevision(appended), request.timeout);
          if (typeof delivered === 'string') resolve(E.right(changeOf(userId, appended, delivered)));
          else {
            delivered.then((delivery) => {
              resolve(E.right(changeOf(userId, appended, delivery)));
            }, reject);
          }
        },
        crash: reject,
      });
    });
  }

  #propose(decision: Decision<Event>, stream: string, request: ChangeRequest, ids: Array<string>): WriterDecision {
    if (decision._tag === 'Repeated') {
      return { _tag: 'Repeated', first: decision.firstRevision, count: decision.count };
    }
    const { events } = decision;
    const proposed: Array<ProposedEvent> = [];
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index] as Event;
      // The same ids each time the command is decided anew, so that the store knows the append again.
      const id = (ids[index] ??= eventIdOf(request, stream, index, this.#runtime.random.uuid));
      const metadata = metadataOf(request, ids[0] as string, index, events.length);
      proposed.push({ id, type: event.type, data: Object.freeze(event.data), metadata });
    }
    return { _tag: 'Append', events: proposed };
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

const lastRevision = ({ first, count }: Appended): Revision => Revision(count > 1 ? first + BigInt(count - 1) : first);

const changeOf = (userId: UserId, appended: Appended, delivery: Change['delivery']): Change => {
  const { first, count, position, repeated } = appended;
  const revisions: Array<Revision> = [];
  for (let i = 0; i < count; i += 1) revisions.push(i === 0 ? Revision(first) : Revision(first + BigInt(i)));
  const revision = lastRevision(appended);
  return position === undefined
    ? { userId, revision, revisions, repeated, delivery }
    : { userId, revision, revisions, repeated, position, delivery };
};
