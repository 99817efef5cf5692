import { type AccountDataUpdated, type InvalidInput, type RoomTagEvent } from '@account-data/domain';
import { type ProposedEvent, Revision, type StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { ChangeResult } from '../AccountDataEngine.js';
import { type CommandError, homeserverUnconfirmed } from '../errors.js';
import type { AskHomeserver } from './AskedChange.js';
import type { StreamKind } from './ChangeQueue.js';
import { metadataIn } from './ChangeRequest.js';
import { type ChangeServices, type Decider, QueuedChange } from './QueuedChange.js';
import type { Appended, StreamView } from './StreamWriter.js';

/**
 * Has changes made by the homeserver that is followed, one of a stream after the other. Each is decided on what is here when
 * it is asked for, and answered when it has come back: the homeserver knows no conditions, and keeps none.
 */
export class HomeserverQueue<View extends StreamView, Event extends AccountDataUpdated | RoomTagEvent> {
  readonly #views: StreamKind<View, Event>['views'];
  readonly #ask: AskHomeserver;
  readonly #services: ChangeServices;
  readonly #last = new Map<StreamName, Promise<void>>();

  constructor(views: StreamKind<View, Event>['views'], ask: AskHomeserver, services: ChangeServices) {
    this.#views = views;
    this.#ask = ask;
    this.#services = services;
  }

  submit(decider: Decider<View, Event>): Promise<E.Either<CommandError, ChangeResult>> {
    return new Promise((resolve, reject) => {
      const { stream } = decider;
      const change = new QueuedChange(decider, this.#services, resolve, reject);
      const turn = (this.#last.get(stream) ?? Promise.resolve()).then(() => this.#make(decider, change)).catch(change.crash);
      this.#last.set(stream, turn);
      void turn.then(() => {
        if (this.#last.get(stream) === turn) this.#last.delete(stream);
      });
    });
  }

  /** Resolved when nothing is asked for. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }

  async #make({ userId, stream }: Decider<View, Event>, change: QueuedChange<View, Event>): Promise<void> {
    const loaded = this.#views(userId, stream).load('no-stream');
    const view = loaded instanceof Promise ? await loaded : E.right(loaded);
    if (E.isLeft(view)) {
      change.settle(view);
      return;
    }
    const decision = change.decide(view.right);
    if (E.isLeft(decision)) change.settle(decision);
    else if (decision.right._tag === 'Repeated') change.settle(E.right(at(decision.right.first, decision.right.count, true)));
    else change.settle(await this.#askFor(decision.right.events, view.right));
  }

  async #askFor(events: ReadonlyArray<ProposedEvent>, { head }: View): Promise<E.Either<CommandError, Appended>> {
    const nothing = at(head === 'no-stream' ? Revision(0) : head, 0, false);
    const [event, ...others] = events;
    if (event === undefined) return E.right(nothing);
    if (others.length > 0) return E.left(oneAtATime);
    let revision: Revision | undefined;
    const asked = await this.#ask({
      event: event as ProposedEvent & Event,
      metadata: metadataIn(event),
      onAppended: (appended) => {
        revision = appended;
      },
    });
    if (E.isLeft(asked)) return asked;
    if (asked.right === 'nothing-written') return E.right(nothing);
    return revision === undefined ? E.left(homeserverUnconfirmed('The homeserver made the change, but this log can not hold it.')) : E.right(at(revision, 1, false));
  }
}

const at = (first: Revision, count: number, repeated: boolean): Appended => ({ first, count, position: undefined, repeated });

const oneAtATime: InvalidInput = {
  _tag: 'InvalidInput',
  code: 'invalid_batch',
  path: '/items',
  message: 'The homeserver of this user is followed, and makes one change at a time: a batch for such a user has one item.',
};
