import type { AsyncScope, CancelTimer, Runtime, StallWatchdog } from '@account-data/runtime';
import type { HostLogger } from '../../api/ports.js';
import type { DeliveryTracer, ModuleMetrics } from '../ModuleMetrics.js';
import type { ModuleRef } from '../ModuleRef.js';
import { DeliveryTimeout } from '../errors.js';
import type { LoadedModule } from '../LoadedModule.js';
import { CallbackContext, type Continuation, type Delivery } from './Delivery.js';

/** What callbacks are called with and watched by. @category model */
export interface InvokerOptions {
  readonly runtime: Runtime;
  readonly scope: AsyncScope<ModuleRef>;
  /** Milliseconds. */
  readonly blockedAfter: number;
  readonly logger: HostLogger;
  readonly metrics: ModuleMetrics | undefined;
  readonly tracer: DeliveryTracer | undefined;
  readonly watchdog?: StallWatchdog | undefined;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/**
 * Calls callbacks and watches them: whatever they throw is caught, what doesn't settle in time has failed, and what
 * keeps the process from running anything else is named. One coarse timer serves all timeouts.
 */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #running = new Set<Delivery>();
  /** Milliseconds between two looks at the deadlines. */
  readonly #tick: number;
  #cancelTick: CancelTimer | undefined;
  #nextTick = 0;
  #whenIdle: Array<() => void> = [];

  constructor(options: InvokerOptions, modules: ReadonlyArray<LoadedModule>) {
    this.#options = options;
    const shortest = Math.min(...modules.map(({ policy }) => policy.timeout));
    this.#tick = Math.max(5, Math.min(250, shortest / 10));
  }

  /**
   * Calls the module's callback. True: it has settled already, see the delivery's state. False: the continuation is
   * called, in a later turn, when it has settled or its time is over.
   */
  invoke(module: LoadedModule, delivery: Delivery, continuation: Continuation): boolean {
    const { runtime, scope, tracer, watchdog } = this.#options;
    const { change } = delivery;
    if (tracer !== undefined) delivery.span = startSpan(tracer, delivery);
    const { span } = delivery;
    const started = runtime.clock.monotonic();
    delivery.started = started;
    delivery.deadline = started + module.policy.timeout;
    let promise: Promise<unknown> | undefined;
    watchdog?.enter(module.name, change.position);
    try {
      const context = new CallbackContext(delivery);
      const call = (): unknown => module.callback(change.userId, change.roomId, change.type, change.content, context);
      const result = scope.run(delivery, span === undefined ? call : () => span.run(call));
      // Promise.resolve gives a promise of our own kind for anything that only looks like one.
      if (isThenable(result)) promise = Promise.resolve(result);
      else delivery.state = 'handled';
    } catch (error) {
      delivery.state = 'failed';
      delivery.error = error;
    }
    watchdog?.leave();
    const milliseconds = runtime.clock.monotonic() - started;
    if (milliseconds >= this.#options.blockedAfter) this.#reportBlocked(module.name, milliseconds);
    if (promise === undefined) {
      delivery.milliseconds = milliseconds;
      return true;
    }
    delivery.continuation = continuation;
    this.#running.add(delivery);
    watchdog?.started(module.name);
    delivery.world.counters.inFlight += 1;
    if (this.#cancelTick === undefined) this.#arm();
    promise.then(
      () => {
        this.#settle(delivery, 'handled', undefined);
      },
      (error: unknown) => {
        this.#settle(delivery, 'failed', error);
      },
    );
    return false;
  }

  /** Calls the callback and waits until it has settled. For what is not in a hurry. */
  async call(module: LoadedModule, delivery: Delivery): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.invoke(module, delivery, { settled: () => resolve() })) resolve();
    });
  }

  /** Resolved when no callback runs any more. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running.size === 0) resolve();
      else this.#whenIdle.push(resolve);
    });
  }

  /** Resolved when no callback of the module runs for the user. */
  async quiet(module: string, userId: string): Promise<void> {
    for (;;) {
      const running = this.#runningFor(module, userId);
      if (running === undefined) return;
      await new Promise<void>((resolve) => {
        const { continuation } = running;
        running.continuation = {
          settled: (delivery) => {
            continuation?.settled(delivery);
            resolve();
          },
        };
      });
    }
  }

  /** Waits no more for callbacks that still run. Their deliveries count for nothing: they are neither handled nor failed. */
  abandonAll(reason: Error): void {
    const { metrics, logger } = this.#options;
    for (const delivery of [...this.#running]) {
      delivery.abort(reason);
      this.#settle(delivery, 'abandoned', reason);
      delivery.span?.end('abandoned');
      metrics?.delivered(delivery.module, 'abandoned', delivery.milliseconds);
      logger.log('warn', 'A callback was not waited for any longer, and its change will be delivered again', {
        module: delivery.module,
        eventId: delivery.eventId,
        stream: delivery.stream,
        revision: delivery.revision,
        milliseconds: Math.round(delivery.milliseconds),
      });
    }
  }

  #runningFor(module: string, userId: string): Delivery | undefined {
    for (const delivery of this.#running) {
      if (delivery.userId === userId && delivery.module === module) return delivery;
    }
    return undefined;
  }

  #settle(delivery: Delivery, state: Exclude<Delivery['state'], 'running'>, error: unknown): void {
    // A callback that settles after its time was over has been answered for already.
    if (delivery.state !== 'running') return;
    delivery.state = state;
    delivery.error = error;
    delivery.milliseconds = this.#options.runtime.clock.monotonic() - delivery.started;
    this.#running.delete(delivery);
    this.#options.watchdog?.ended(delivery.module);
    delivery.world.counters.inFlight -= 1;
    const { continuation } = delivery;
    delivery.continuation = undefined;
    continuation?.settled(delivery);
    if (this.#running.size === 0 && this.#whenIdle.length > 0) {
      const waiting = this.#whenIdle;
      this.#whenIdle = [];
      for (const resolve of waiting) resolve();
    }
  }

  #arm(): void {
    this.#nextTick = this.#options.runtime.clock.monotonic() + this.#tick;
    this.#cancelTick = this.#options.runtime.timers.setTimeout(() => {
      this.#cancelTick = undefined;
      this.#look();
      if (this.#running.size > 0) this.#arm();
    }, this.#tick);
  }

  #look(): void {
    const now = this.#options.runtime.clock.monotonic();
    const late = now - this.#nextTick;
    if (late >= this.#options.blockedAfter) this.#reportSuspects(late);
    for (const delivery of this.#running) {
      if (delivery.deadline > now) continue;
      const error = new DeliveryTimeout(Math.round(delivery.deadline - delivery.started));
      delivery.abort(error);
      this.#settle(delivery, 'failed', error);
    }
  }

  #reportBlocked(module: string, milliseconds: number): void {
    this.#options.metrics?.blocked(module, milliseconds);
    this.#options.logger.log('warn', 'A callback kept the process from doing anything else', {
      module,
      milliseconds: Math.round(milliseconds),
    });
    // The timer that is late because of it is not held against the others.
    this.#nextTick = Math.max(this.#nextTick, this.#options.runtime.clock.monotonic());
  }

  /** The loop was blocked outside the beginnings of callbacks: one of those that run is the likely cause. */
  #reportSuspects(milliseconds: number): void {
    const suspects = new Set([...this.#running].map(({ module }) => module));
    for (const module of suspects) this.#options.metrics?.blocked(module, milliseconds);
    this.#options.logger.log('warn', 'The process was kept from doing anything while these modules ran', {
      modules: [...suspects].join(', '),
      milliseconds: Math.round(milliseconds),
    });
  }
}

const startSpan = (tracer: DeliveryTracer, delivery: Delivery): Delivery['span'] =>
  tracer.start({
    module: delivery.module,
    eventId: delivery.eventId,
    stream: delivery.stream,
    revision: delivery.revision,
    attempt: delivery.attempt,
    correlationId: delivery.correlationId,
    traceparent: delivery.traceparent,
    tracestate: delivery.tracestate,
  });
