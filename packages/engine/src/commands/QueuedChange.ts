import { type AccountDataUpdated, type Decision, type RoomTagEvent, type UserId, schemaVersionOf } from '@account-data/domain';
import { plus, type Position, type ProposedEvent, type Revision, type StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { Await, ChangeResult } from '../AccountDataEngine.js';
import type { CommandError } from '../errors.js';
import { type ChangeRequest, eventIdOf, metadataOf } from './ChangeRequest.js';
import type { Appended, QueuedCommand, WriterDecision } from './StreamWriter.js';

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
) => ChangeResult['delivery'] | Promise<ChangeResult['delivery']>;

/** Where an event stands in the log, for answers that repeat an earlier one or share an append; undefined where it is not known. */
export type PlaceOf = (stream: StreamName, revision: Revision) => Position | undefined;

/** What every change of a queue is carried out with. */
export interface ChangeServices {
  readonly uuid: () => string;
  readonly awaiter: Awaiter;
  readonly placeOf: PlaceOf;
}

/** The events that the domain decided on, by what they are decided on. */
export interface Decider<View, Event> {
  readonly userId: UserId;
  readonly stream: StreamName;
  readonly request: ChangeRequest;
  readonly decide: (view: View) => E.Either<CommandError, Decision<Event>>;
}

/** A change that waits for its turn, and for what its caller asked to await. */
export class QueuedChange<View, Event extends AccountDataUpdated | RoomTagEvent> implements QueuedCommand<View> {
  readonly #decider: Decider<View, Event>;
  readonly #services: ChangeServices;
  readonly #resolve: (result: E.Either<CommandError, ChangeResult>) => void;
  readonly crash: (error: unknown) => void;
  /** The ids of its events: the same each time it is decided anew, so that the store knows the append again. */
  readonly #ids: Array<string> = [];

  constructor(
    decider: Decider<View, Event>,
    services: ChangeServices,
    resolve: (result: E.Either<CommandError, ChangeResult>) => void,
    reject: (error: unknown) => void,
  ) {
    this.#decider = decider;
    this.#services = services;
    this.#resolve = resolve;
    this.crash = reject;
  }

  decide(view: View): E.Either<CommandError, WriterDecision> {
    const decision = this.#decider.decide(view);
    if (E.isLeft(decision)) return decision;
    const decided = decision.right;
    if (decided._tag === 'Repeated') {
      return E.right({ _tag: 'Repeated', first: decided.firstRevision, count: decided.count });
    }
    return E.right({ _tag: 'Append', events: this.#propose(decided.events) });
  }

  settle(result: E.Either<CommandError, Appended>): void {
    if (E.isLeft(result)) {
      this.#resolve(result);
      return;
    }
    const appended = result.right;
    const { userId, stream, request } = this.#decider;
    const delivered =
      request.await === 'appended' || appended.count === 0
        ? 'done'
        : this.#services.awaiter(request.await, stream, appended, lastRevision(appended), request.timeout);
    if (typeof delivered === 'string') this.#resolve(E.right(this.#changeOf(userId, appended, delivered)));
    else {
      delivered.then((delivery) => {
        this.#resolve(E.right(this.#changeOf(userId, appended, delivery)));
      }, this.crash);
    }
  }

  #changeOf(userId: UserId, appended: Appended, delivery: ChangeResult['delivery']): ChangeResult {
    const { first, count, repeated } = appended;
    const revisions: Array<Revision> = [];
    for (let i = 0; i < count; i += 1) revisions.push(i === 0 ? first : plus(first, i));
    const revision = lastRevision(appended);
    const position = appended.position ?? (count > 0 ? this.#services.placeOf(this.#decider.stream, revision) : undefined);
    return { userId, revision, revisions, repeated, position: position ?? null, delivery };
  }

  #propose(events: ReadonlyArray<Event>): ReadonlyArray<ProposedEvent> {
    const { stream, request } = this.#decider;
    const proposed: Array<ProposedEvent> = [];
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index] as Event;
      const id = (this.#ids[index] ??= eventIdOf(request, stream, index, this.#services.uuid));
      const metadata = metadataOf(request, schemaVersionOf(event.type), this.#ids[0] as string, index, events.length);
      proposed.push({ id, type: event.type, data: Object.freeze(event.data), metadata });
    }
    return proposed;
  }
}

const lastRevision = ({ first, count }: Appended): Revision => (count > 1 ? plus(first, count - 1) : first);
