import * as E from 'fp-ts/lib/Either.js';
import { pause, type Runtime, settlesWithin } from '@account-data/runtime';
import type { ConfiguredModule } from '../api/ConfiguredModule.js';
import type { HostLogger } from '../api/ports.js';
import { StoreProblem } from './errors.js';
import type { LoadedModule } from './LoadedModule.js';
import { moduleCall } from './moduleCall.js';
import type { ModuleHostStatus } from './ModuleHost.js';
import { ProgressFollower } from './ownership/ProgressFollower.js';
import { fitProgress } from './progress/fitProgress.js';
import { keepOnlyTheLast } from './progress/keepOnlyTheLast.js';
import { initialCheckpoints } from './progress/initialCheckpoints.js';
import type { GroupProgress } from './progress/ModuleProgress.js';
import { appendProgress, progressEvent } from './progress/ProgressWriter.js';
import { type ProgressHead, readProgress } from './progress/readProgress.js';
import { deathsToConvict, type Suspicion, suspicionOf } from './progress/suspicionOf.js';
import { Term } from './Term.js';
import type { TermEnd, TermOptions } from './TermOptions.js';

/** What a host's life is made of. @category model */
export interface LifecycleOptions {
  readonly modules: ReadonlyArray<ConfiguredModule>;
  /** Whether delivery is never taken over. */
  readonly onlyObserves: boolean;
  readonly setUp: (module: ConfiguredModule) => Promise<LoadedModule>;
  readonly term: (modules: ReadonlyArray<LoadedModule>) => TermOptions;
  readonly runtime: Runtime;
  readonly logger: HostLogger;
}

/** How often taking over is tried when others write at the same time. */
const maxAcquisitions = 8;

/** Milliseconds before the store is asked again. */
const unavailableDelay = 1_000;

/** Milliseconds that modules are given to stop, however short the rest may take. */
const shortestStop = 1_000;

/** Sets modules up, becomes the one who delivers or waits for its turn, and stops. */
export class HostLifecycle {
  readonly #options: LifecycleOptions;
  #state: ModuleHostStatus['state'] = 'starting';
  #failure: string | undefined;
  #modules: ReadonlyArray<LoadedModule> = [];
  #termOptions: TermOptions | undefined;
  #term: Term | undefined;
  #follower: ProgressFollower | undefined;
  /** The checkpoints that this instance began with. */
  #acquired: GroupProgress['modules'] = {};
  #stopping: Promise<void> | undefined;
  /** Modules are being set up, or delivery taken over: what a stop that comes meanwhile has to wait for. */
  #beginning: Promise<unknown> = Promise.resolve();
  #onChange: Array<() => void> = [];

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  get state(): ModuleHostStatus['state'] {
    return this.#state;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  get modules(): ReadonlyArray<LoadedModule> {
    return this.#modules;
  }

  /** While this instance delivers. */
  get term(): Term | undefined {
    return this.#term;
  }

  /** While another instance may deliver. */
  get follower(): ProgressFollower | undefined {
    return this.#follower;
  }

  /** The names that a module had before, the first one first. */
  formerNames(name: string): ReadonlyArray<string> {
    const known = this.#follower?.head?.progress.modules ?? this.#acquired;
    const checkpoint = known[name];
    if (checkpoint !== undefined) return checkpoint.formerNames ?? [];
    const before = this.#options.modules.find((module) => module.name === name)?.renamedFrom;
    return before === undefined ? [] : [...(known[before]?.formerNames ?? []), before];
  }

  /** Resolved when who delivers has changed. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange.push(resolve);
    });
  }

  /** Ends early, and delivers nothing, where it is stopped meanwhile. */
  async start(): Promise<void> {
    if (this.#isStopping()) throw new Error('The module host was stopped: make another one.');
    const starting = this.#start();
    this.#beginning = starting;
    await starting;
  }

  async #start(): Promise<void> {
    for (const module of this.#options.modules) {
      const loaded = await this.#options.setUp(module);
      this.#modules = [...this.#modules, loaded];
      if (this.#isStopping()) return;
    }
    const options = this.#options.term(this.#modules);
    this.#termOptions = options;
    if (this.#options.onlyObserves) {
      await this.#follow(options);
      return;
    }
    if (options.lease === null) {
      await this.#startExclusive(options);
      return;
    }
    const follower = await this.#follow(options);
    const first = follower.isFree ? await this.#tryToAcquire(options, follower) : undefined;
    void this.#takeTurns(options, options.lease, follower, first);
  }

  async stop(timeout: number): Promise<void> {
    this.#stopping ??= this.#stop(timeout);
    await this.#stopping;
  }

  async #stop(timeout: number): Promise<void> {
    const { runtime, logger } = this.#options;
    await this.#term?.stop(timeout);
    await this.#follower?.close();
    // What was being taken over is let go of again; why it failed is told to whoever started it.
    const begun = this.#beginning.catch(() => undefined);
    if (!(await settlesWithin(runtime, Math.max(timeout, shortestStop), begun))) {
      logger.log('warn', 'The module host was stopped before its start had come to an end', {});
    }
    await this.#follower?.close();
    this.#follower = undefined;
    this.#term = undefined;
    await this.#stopModules(Math.max(timeout, shortestStop));
    this.#enter('stopped');
  }

  /** All of them within so many milliseconds. */
  async #stopModules(timeout: number): Promise<void> {
    const { runtime, logger } = this.#options;
    const end = runtime.clock.monotonic() + timeout;
    for (const module of this.#modules) {
      const left = Math.max(0, end - runtime.clock.monotonic());
      const late = new Error('It did not stop in time, and is not waited for.');
      try {
        await moduleCall(module.stop, left, runtime, late);
      } catch (error) {
        const message = error === late ? 'A module did not stop in time' : 'A module failed to stop';
        logger.log('error', message, { module: module.name });
      }
    }
  }

  /** Nobody else writes to this store: who starts, delivers. */
  async #startExclusive(options: TermOptions): Promise<void> {
    for (let i = 0; i < maxAcquisitions; i += 1) {
      const head = await readProgress(options.store, options.progressStream);
      if (E.isLeft(head)) throw new StoreProblem(head.left);
      const term = await this.#acquire(options, head.right);
      if (this.#isStopping()) return;
      if (term === undefined) continue;
      void term.ended.then((end) => {
        this.#ended(end);
        if (end._tag === 'Lost') this.#fail(options, 'Another instance delivers for this group, on a store of its own kind.');
      });
      return;
    }
    throw new Error('Others write the progress of this group again and again: it can not be taken over.');
  }

  async #takeTurns(
    options: TermOptions,
    lease: number,
    firstFollower: ProgressFollower,
    first: Term | undefined,
  ): Promise<void> {
    let follower = firstFollower;
    let term = first;
    try {
      while (this.#stopping === undefined) {
        if (term !== undefined) {
          const end = await Promise.race([term.ended, this.#stopped(term)]);
          if (end === 'stopped') return;
          this.#ended(end);
          if (end._tag === 'Failed') return;
          options.logger.log('warn', 'Another instance delivers to the modules now', { epoch: term.epoch });
          follower = await this.#follow(options);
        }
        await follower.free(lease);
        if (this.#isStopping()) return;
        const acquiring = this.#tryToAcquire(options, follower);
        this.#beginning = acquiring;
        term = await acquiring;
      }
    } catch (error) {
      if (this.#isStopping()) return;
      this.#fail(options, error instanceof Error ? error.message : 'The module host failed.');
    }
  }

  #isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  async #stopped(term: Term): Promise<'stopped'> {
    await term.stopped;
    return 'stopped';
  }

  async #follow(options: TermOptions): Promise<ProgressFollower> {
    const follower = new ProgressFollower(options.store, options.progressStream, options.runtime, options.logger);
    const started = await follower.start();
    if (E.isLeft(started)) throw new StoreProblem(started.left);
    this.#follower = follower;
    this.#enter('following');
    return follower;
  }

  /** Takes over if nobody holds the lease; undefined where someone does, or was faster. */
  async #tryToAcquire(options: TermOptions, follower: ProgressFollower): Promise<Term | undefined> {
    const { head } = follower;
    const term = await this.#acquire(options, head);
    if (term === undefined) {
      const refreshed = await follower.refresh();
      if (E.isLeft(refreshed) && refreshed.left._tag !== 'StoreUnavailable') throw new StoreProblem(refreshed.left);
      return undefined;
    }
    await follower.close();
    this.#follower = undefined;
    return term;
  }

  /** Undefined where another instance was faster, or this one is being stopped. */
  async #acquire(options: TermOptions, head: ProgressHead | undefined): Promise<Term | undefined> {
    const { store, runtime, progressStream, owner } = options;
    const end = await store.head()();
    if (E.isLeft(end)) {
      if (options.lease === null || end.left._tag !== 'StoreUnavailable') throw new StoreProblem(end.left);
      await pause(runtime, unavailableDelay * (1 - runtime.random.number() / 2), { isBackground: true });
      return undefined;
    }
    const initial = initialCheckpoints(this.#modules, head?.progress.modules ?? {}, end.right);
    const epoch = (head?.progress.epoch ?? 0) + 1;
    const suspicion = suspicionOf(head?.progress, end.right);
    const { suspects, lookingUpTo } = suspicion;
    const { progress } = fitProgress(
      {
        owner,
        epoch,
        modules: initial.checkpoints,
        ...(suspects.length === 0 ? {} : { suspects }),
        ...(lookingUpTo === undefined ? {} : { lookingUpTo }),
      },
      options.progressBytes,
    );
    const event = progressEvent(progress, runtime);
    const begun = runtime.clock.monotonic();
    const expected = head?.revision ?? 'no-stream';
    const written = await appendProgress(store, progressStream, event, expected, runtime, () => this.#isStopping());
    if (E.isLeft(written)) {
      if (written.left._tag === 'RevisionConflict') return undefined;
      throw new StoreProblem(written.left);
    }
    await keepOnlyTheLast(options);
    const term = new Term({ epoch, revision: written.right, initial, begun, suspicion }, options);
    this.#acquired = initial.checkpoints;
    for (const { name, world } of this.#modules) {
      world.identity = initial.checkpoints[name]?.formerNames?.[0] ?? name;
      await options.parked.list(name)();
    }
    if (this.#isStopping()) {
      await term.stop(0);
      return undefined;
    }
    this.#term = term;
    this.#logSuspicion(suspicion, options);
    term.start();
    options.logger.log('info', 'This instance delivers to the modules', { epoch, owner });
    for (const [module, { low }] of Object.entries(term.unknownCheckpoints())) {
      options.logger.log('warn', 'A checkpoint belongs to no module that is configured: it is kept until it is forgotten, or a module says that it was renamed from it', {
        module,
        position: low,
      });
    }
    this.#enter('delivering');
    return term;
  }

  #logSuspicion({ suspects, lookingUpTo }: Suspicion, { logger }: TermOptions): void {
    if (lookingUpTo !== undefined) {
      logger.log('warn', 'Delivery to the modules was not let go of when it ended last: changes that may have been handled then are delivered one at a time', {});
    }
    for (const { module, eventId, position, deaths } of suspects) {
      const message = deaths < deathsToConvict ? 'A process ended while this delivery ran' : 'Processes end by this delivery: it is parked, and its callback not called';
      logger.log(deaths < deathsToConvict ? 'warn' : 'error', message, { module, eventId, position, deaths });
    }
  }

  #ended(end: TermEnd): void {
    this.#term = undefined;
    if (end._tag === 'Failed' && this.#termOptions !== undefined) this.#fail(this.#termOptions, end.problem);
  }

  #fail(options: TermOptions, problem: string): void {
    options.logger.log('error', 'Delivery to the modules has stopped', { problem });
    this.#failure = problem;
    this.#enter('failed');
  }

  #enter(state: ModuleHostStatus['state']): void {
    if (this.#state === 'stopped') return;
    this.#state = state;
    const waiting = this.#onChange;
    this.#onChange = [];
    for (const resolve of waiting) resolve();
  }
}
