import { defaultLimits, type StreamNames } from '@account-data/domain';
import { Position, type EventStore, type ReadError, type ReadFrom } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { StorageUnavailable } from './errors.js';
import { entryAsOf, stateAsOf } from './history/asOf.js';
import { logHistory } from './history/logHistory.js';
import { userChange, userHistory } from './history/userHistory.js';
import { listQuarantined } from './model/lists.js';
import type { ReadModel } from './model/ReadModel.js';
import type { Projection } from './Projection.js';
import type { ProjectionHealth } from './ProjectionHealth.js';
import type { ProjectionLogger } from './ProjectionLogger.js';
import { projectionReads } from './projectionReads.js';
import { Announcer } from './projector/Announcer.js';
import { openCurrentModel } from './projector/openModel.js';
import { Projector } from './projector/Projector.js';
import { readErasures } from './projector/readErasures.js';
import { readLogId, type LogUnknown } from './projector/readLogId.js';
import type { StorageProvider } from './storage/StorageProvider.js';

/** @category model */
export interface ProjectionOptions {
  readonly store: EventStore;
  readonly storage: StorageProvider;
  readonly names: StreamNames;
  readonly runtime: Runtime;
  readonly logger?: ProjectionLogger;
  /**
   * When live changes are written behind: after so many events or milliseconds. Default 2,000 and 250. It is never
   * waited for; what a crash loses comes again from the log.
   */
  readonly flush?: { readonly maxEvents?: number; readonly maxMilliseconds?: number };
  /** For how many events of its stream a request key is remembered. Default as the domain's limits. */
  readonly requestKeyWindow?: number;
}

/** @category errors */
export type OpenProjectionError = ReadError | LogUnknown | StorageUnavailable;

const positionOf = (position: number): ReadFrom => (position < 0 ? 'start' : Position(position));

const unavailable = (error: unknown): StorageUnavailable => ({
  _tag: 'StorageUnavailable',
  code: 'projection_storage_unavailable',
  message: error instanceof Error ? error.message : String(error),
});

/**
 * Opens a projection of the log: it knows at once what its storage knows, reads the log on from there, and is ready when
 * it has everything that was in the log when it was opened. A storage that can't be used (another format, another log,
 * damaged) is replaced by a new one.
 *
 * @category constructors
 */
export const createProjection = (options: ProjectionOptions): TE.TaskEither<OpenProjectionError, Omit<Projection, 'rebuild' | 'verify'>> =>
  pipe(
    readLogId(options.store, options.names),
    TE.flatMap((logId): TE.TaskEither<OpenProjectionError, Omit<Projection, 'rebuild' | 'verify'>> => async () => {
      const { store, storage: provider, names, logger } = options;
      try {
        const opened = await openCurrentModel({
          provider,
          names,
          logId,
          requestKeyWindow: options.requestKeyWindow ?? defaultLimits.requestKeyWindow,
          logger,
        });
        const erasures = await readErasures(opened.model, store);
        const head = E.isLeft(erasures) ? erasures : await store.head()();
        if (E.isLeft(head)) {
          await opened.model.storage.close();
          return E.left(head.left instanceof Error ? unavailable(head.left) : head.left);
        }
        return E.right(new LiveProjection(options, opened.name, opened.model, head.right).projection());
      } catch (error) {
        return E.left(unavailable(error));
      }
    }),
  );

class LiveProjection {
  readonly #options: ProjectionOptions;
  readonly #announcer: Announcer;
  readonly #projector: Projector;
  #closed: Promise<void> | undefined;

  constructor(options: ProjectionOptions, _name: string, model: ReadModel, head: ReadFrom) {
    this.#options = options;
    this.#announcer = new Announcer(options.runtime.timers, (error) => {
      options.logger?.log('error', 'A listener for changes of the projection threw.', {
        error: error instanceof Error ? error.message : String(error),
      });
    });
    this.#projector = this.#projectorOf(model);
    this.#projector.start(head);
  }

  #projectorOf(model: ReadModel): Projector {
    const { store, runtime, logger, flush } = this.#options;
    return new Projector({
      model,
      store,
      runtime,
      logger,
      live: { ...flush },
      onBatch: (projector, _batch, folded) => {
        if (projector === this.#projector) this.#announcer.announce(projector.model, folded);
      },
      onFailure: () => undefined,
    });
  }

  #health(): ProjectionHealth {
    const { model, writer, failed, ready, health } = this.#projector;
    return {
      ready,
      position: positionOf(model.position),
      writtenPosition: positionOf(model.written),
      unwrittenEvents: model.active.events + (model.flushing?.events ?? 0),
      subscription: health,
      quarantined: model.quarantined,
      foreignEvents: model.foreign,
      acceptedGaps: model.acceptedGaps,
      ...(failed === undefined ? {} : { failed }),
      ...(writer.failure === undefined ? {} : { storageFailure: writer.failure }),
    };
  }

  #waitUntilReady(timeout: number): Promise<boolean> {
    return this.#projector.waitUntilReady(timeout);
  }

  async #close(): Promise<void> {
    await this.#projector.stop();
    await this.#projector.writer.close();
    await this.#projector.model.storage.close();
    this.#announcer.close();
  }

  projection(): Omit<Projection, 'rebuild' | 'verify'> {
    const live = (): ReadModel => this.#projector.model;
    const announcer = this.#announcer;
    const source = { live, store: this.#options.store };
    return {
      ...projectionReads(live),
      history: userHistory(source),
      change: userChange(source),
      logHistory: logHistory(source),
      asOf: stateAsOf(source),
      getAsOf: entryAsOf(source),
      logId: live().logId,
      position: () => positionOf(live().position),
      health: () => this.#health(),
      quarantined: () => listQuarantined(live()),
      waitForRevision: (stream, revision, timeout) =>
        announcer.waitForRevision(live(), stream, Number(revision), timeout),
      waitForPosition: (position, timeout) => announcer.waitForPosition(live(), Number(position), timeout),
      waitUntilReady: (timeout) => this.#waitUntilReady(timeout),
      onChange: (listener) => announcer.listen(listener),
      flush: () => this.#projector.writer.flush(),
      close: () => (this.#closed ??= this.#close()),
    };
  }
}
