import { type Actor, type JsonObject, traceContextOf } from '@account-data/domain';
import type { Position, Revision } from '@account-data/event-store';
import type { DeliveryContext } from '../../api/DeliveryContext.js';
import type { DeliveryApi } from '../../api/DeliveryApi.js';
import type { PreviousContent } from '../ModuleHost.js';
import type { DeliveryRef } from '../ModuleRef.js';
import type { DeliverySpan } from '../ModuleMetrics.js';
import type { ModuleCounters } from '../ModuleCounters.js';
import type { Change } from './Change.js';

/** What deliveries of one module share. */
export interface DeliveryWorld {
  readonly module: string;
  /** The module's first name: what it sends is recognised by it although the module was renamed since. */
  identity: string;
  readonly apiFor: (delivery: Delivery) => DeliveryApi;
  readonly previousContent: PreviousContent;
  readonly counters: ModuleCounters;
}

/** Told when a callback has settled later than in the turn it was called in. */
export interface Continuation {
  readonly settled: (delivery: Delivery) => void;
}

/**
 * One call of one module's callback. The fields are the host's; the module sees only {@link Delivery.context}.
 * There may be a hundred thousand a second, so nothing is made here before it is asked for.
 */
export class Delivery implements DeliveryRef {
  readonly change: Change;
  readonly world: DeliveryWorld;
  readonly attempt: number;
  readonly epoch: number;
  readonly isReplay: boolean;
  /** `abandoned`: the host stopped while the callback ran. Nothing follows from it: whoever delivers next delivers it again. */
  state: 'running' | 'handled' | 'failed' | 'abandoned' = 'running';
  /** What it failed with. */
  error: unknown = undefined;
  /** By the monotonic clock, in milliseconds. */
  started = 0;
  deadline = 0;
  milliseconds = 0;
  /** How many room events it has sent: the same for each try, as long as the module does the same. */
  roomEvents = 0;
  span: DeliverySpan | undefined = undefined;
  continuation: Continuation | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #abortedWith: Error | undefined = undefined;
  #api: DeliveryApi | undefined = undefined;

  constructor(world: DeliveryWorld, change: Change, attempt: number, epoch: number, isReplay: boolean) {
    this.world = world;
    this.change = change;
    this.attempt = attempt;
    this.epoch = epoch;
    this.isReplay = isReplay;
  }

  get module(): string {
    return this.world.module;
  }
  get userId(): Change['userId'] {
    return this.change.userId;
  }
  get roomId(): Change['roomId'] {
    return this.change.roomId;
  }
  get type(): string {
    return this.change.type;
  }
  get stream(): string {
    return this.change.stream;
  }
  get revision(): Revision {
    return this.change.revision;
  }
  get position(): Position {
    return this.change.position;
  }
  get eventId(): string {
    return this.change.eventId;
  }
  get correlationId(): string {
    return this.change.metadata.$correlationId;
  }
  get causationId(): string | undefined {
    return this.change.metadata.$causationId;
  }
  get causationDepth(): number {
    return this.change.metadata.causationDepth ?? 0;
  }
  get traceparent(): string | undefined {
    return traceContextOf(this.change.metadata)?.traceparent;
  }
  get tracestate(): string | undefined {
    return traceContextOf(this.change.metadata)?.tracestate;
  }

  get api(): DeliveryApi {
    this.#api ??= this.world.apiFor(this);
    return this.#api;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedWith !== undefined) this.#controller.abort(this.#abortedWith);
    }
    return this.#controller.signal;
  }

  /** Gives the callback so many milliseconds more: they were spent waiting for somebody who asked for it. */
  postpone(milliseconds: number): void {
    this.deadline += milliseconds;
  }

  /** Fires the signal, if anyone asked for it; who asks later finds it fired. */
  abort(reason: Error): void {
    this.#abortedWith ??= reason;
    this.#controller?.abort(reason);
  }
}

/** The part of a delivery that its callback sees: frozen, and one for each call. */
export class CallbackContext implements DeliveryContext {
  readonly #delivery: Delivery;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
    Object.freeze(this);
  }

  get eventId(): string {
    return this.#delivery.change.eventId;
  }
  get revision(): Revision {
    return this.#delivery.change.revision;
  }
  get position(): Position {
    return this.#delivery.change.position;
  }
  get actor(): Actor {
    const { kind, id } = this.#delivery.change.metadata.actor;
    return Object.freeze({ kind, id });
  }
  get reason(): string | undefined {
    return this.#delivery.change.metadata.reason;
  }
  get time(): number {
    return this.#delivery.change.created;
  }
  get correlationId(): string {
    return this.#delivery.correlationId;
  }
  get causationId(): string | undefined {
    return this.#delivery.causationId;
  }
  get isReplay(): boolean {
    return this.#delivery.isReplay;
  }
  get attempt(): number {
    return this.#delivery.attempt;
  }
  get epoch(): number {
    return this.#delivery.epoch;
  }
  get signal(): AbortSignal {
    return this.#delivery.signal;
  }
  get api(): DeliveryApi {
    return this.#delivery.api;
  }
  get previousContent(): () => Promise<JsonObject | null> {
    const { change, world } = this.#delivery;
    return () => world.previousContent(change);
  }
}

// What one module changed here would be seen by all others.
Object.freeze(CallbackContext.prototype);
Object.freeze(CallbackContext);
