import type { UserId } from '@account-data/domain';
import { Position, type PositionedEvent } from '@account-data/event-store';
import type { Timers } from '@account-data/runtime';
import type { ReadModel } from '../model/ReadModel.js';
import type { ProjectionChange } from '../Projection.js';
import { ownerOf, streamHead } from '../projectionReads.js';
import { StorageDamaged } from '../storage/StorageProvider.js';
import { Waiters } from './Waiters.js';

type Listener = (change: ProjectionChange) => void;

const everything = 'log';

/** Whom an event is about. @category destructors */
export const userOf = (model: ReadModel, event: PositionedEvent): string | undefined => {
  const owner = ownerOf(model, event.stream);
  if (owner !== undefined) return owner.userId;
  const erased = event.stream === model.names.erasures ? event.data['userId'] : undefined;
  return typeof erased === 'string' ? erased : undefined;
};

/** Where the stream's record is damaged, what takes the model's place will tell. */
const shows = (model: ReadModel, stream: string, revision: number): boolean => {
  try {
    return streamHead(model, stream) >= revision;
  } catch (error) {
    if (error instanceof StorageDamaged) return false;
    throw error;
  }
};

/** Tells those who wait for a revision or a position, and those who listen for changes. @category model */
export class Announcer {
  readonly #revisions: Waiters;
  readonly #positions: Waiters;
  readonly #listeners = new Set<Listener>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(timers: Timers, onListenerError: (error: unknown) => void) {
    this.#revisions = new Waiters(timers);
    this.#positions = new Waiters(timers);
    this.#onListenerError = onListenerError;
  }

  waitForRevision(model: ReadModel, stream: string, revision: number, timeout: number): Promise<boolean> {
    if (shows(model, stream, revision)) return Promise.resolve(true);
    return this.#revisions.wait(stream, revision, timeout);
  }

  waitForPosition(model: ReadModel, position: number, timeout: number): Promise<boolean> {
    if (model.position >= position) return Promise.resolve(true);
    return this.#positions.wait(everything, position, timeout);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** These events became readable. */
  announce(model: ReadModel, events: ReadonlyArray<PositionedEvent>): void {
    this.#positions.reached(everything, model.position);
    if (this.#revisions.size > 0) {
      for (const { stream } of events) {
        if (this.#revisions.has(stream)) this.#revisions.reached(stream, streamHead(model, stream));
      }
    }
    if (this.#listeners.size === 0 || events.length === 0) return;
    const users = new Set<string>();
    for (const event of events) {
      const user = userOf(model, event);
      if (user !== undefined) users.add(user);
    }
    this.#tell(model, users);
  }

  /** Another model answers from now on, in which these users changed. */
  announceSwap(model: ReadModel, users: ReadonlySet<string>): void {
    this.#positions.reached(everything, model.position);
    for (const stream of this.#revisions.names()) this.#revisions.reached(stream, streamHead(model, stream));
    this.#tell(model, users);
  }

  #tell(model: ReadModel, users: ReadonlySet<string>): void {
    if (users.size === 0) return;
    const change: ProjectionChange = { users: users as ReadonlySet<UserId>, position: Position(model.position) };
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  close(): void {
    this.#revisions.close();
    this.#positions.close();
    this.#listeners.clear();
  }
}
