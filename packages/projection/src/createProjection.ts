import { defaultLimits } from '@account-data/domain';
import type { ReadError } from '@account-data/event-store';
import { makeTurns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { RebuildError, StorageUnavailable } from './errors.js';
import { entryAsOf, stateAsOf } from './history/asOf.js';
import { guardedHistory } from './history/guardedHistory.js';
import { logHistory } from './history/logHistory.js';
import { tagHistory } from './history/tagHistory.js';
import { tagsAsOf } from './history/tagsAsOf.js';
import { userChange, userHistory } from './history/userHistory.js';
import { listQuarantined } from './model/lists.js';
import type { ReadModel } from './model/ReadModel.js';
import { SlabPool } from './model/Slabs.js';
import type { Projection, ProjectionOperations } from './Projection.js';
import type { ProjectionHealth } from './ProjectionHealth.js';
import type { ProjectionOptions } from './ProjectionOptions.js';
import { projectionReads } from './projectionReads.js';
import { checkOf } from './projector/checkLog.js';
import { LiveModel } from './projector/LiveModel.js';
import { openCurrentModel, type OpenModelOptions } from './projector/openModel.js';
import { readErasures } from './projector/readErasures.js';
import { readLogId, type LogUnknown } from './projector/readLogId.js';
import { compactProjection } from './projector/compact.js';
import { healProjection } from './projector/heal.js';
import { rebuildProjection } from './projector/rebuild.js';
import { verifyProjection } from './verify/verifyProjection.js';
import { placeNumber, placeOf } from './records/place.js';

/** Why a projection can't be opened. @category errors */
export type OpenProjectionError = ReadError | LogUnknown | StorageUnavailable;

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
export const createProjection = (options: ProjectionOptions): TE.TaskEither<OpenProjectionError, Projection> =>
  pipe(
    readLogId(options.store, options.names),
    TE.flatMap((logId): TE.TaskEither<OpenProjectionError, Projection> => async () => {
      const { store, storage: provider, names, logger } = options;
      const requestKeyWindow = options.requestKeyWindow ?? defaultLimits.requestKeyWindow;
      const hasForeignEvents = store.hasForeignEvents ?? false;
      const openOptions: OpenModelOptions = { provider, names, logId, requestKeyWindow, pool: new SlabPool(), hasForeignEvents, logger };
      let release: (() => void) | undefined;
      const refuse = <A>(error: A): E.Either<A, never> => {
        release?.();
        return E.left(error);
      };
      try {
        release = await provider.lock();
        const head = await store.head()();
        if (E.isLeft(head)) return refuse(head.left);
        const opened = await openCurrentModel(openOptions, checkOf(store, head.right));
        const erasures = await readErasures(opened.model, store);
        if (E.isRight(erasures)) {
          return E.right(projectionOf(new LiveModel(options, opened, head.right), openOptions, release));
        }
        await opened.model.storage.close();
        return refuse(erasures.left instanceof Error ? unavailable(erasures.left) : erasures.left);
      } catch (error) {
        return refuse(unavailable(error));
      }
    }),
  );

const healthOf = ({ projector, rebuild, verification, foldedEvents }: LiveModel): ProjectionHealth => {
  const { model, writer, failed, ready, health, cutOffFor, delay } = projector;
  return {
    ready,
    position: placeOf(model.position),
    writtenPosition: placeOf(model.written),
    unwrittenEvents: model.active.events + (model.flushing?.events ?? 0),
    subscription: health,
    foldedEvents,
    quarantined: model.quarantined,
    foreignEvents: model.foreign,
    acceptedGaps: model.acceptedGaps,
    ...(cutOffFor === undefined ? {} : { cutOffFor }),
    ...(delay === undefined ? {} : { delay }),
    ...(failed === undefined ? {} : { failed }),
    ...(writer.failure === undefined ? {} : { storageFailure: writer.failure }),
    ...(rebuild === undefined ? {} : { rebuild }),
    ...(verification === undefined ? {} : { verification }),
  };
};

/** Rebuilds and verifications, one at a time; closing waits for the one under way, which it ends. */
const operationsOf = (
  live: LiveModel,
  openOptions: OpenModelOptions,
  release: () => void,
): ProjectionOperations & { readonly close: () => Promise<void> } => {
  let running: Promise<unknown> | undefined;
  const exclusively =
    <A>(operation: TE.TaskEither<RebuildError, A>): TE.TaskEither<RebuildError, A> =>
    async () => {
      if (live.closed) return E.left({ _tag: 'ProjectionClosed', code: 'projection_closed' });
      if (running !== undefined) return E.left({ _tag: 'RebuildRunning', code: 'rebuild_running' });
      const operating = operation().catch((error: unknown): E.Either<RebuildError, A> =>
        E.left({
          _tag: 'RebuildFailed',
          code: 'rebuild_failed',
          message: `What is built beside the live projection can't be written (${error instanceof Error ? error.message : String(error)}). It goes on as it was; see that the disk has room, then try again.`,
        }),
      );
      running = operating;
      try {
        return await operating;
      } finally {
        running = undefined;
        live.rebuild = undefined;
        live.verification = undefined;
      }
    };
  const rebuild: ProjectionOperations['rebuild'] = (options) => exclusively(rebuildProjection(live, openOptions, options));
  let healing: Promise<void> | undefined;
  live.onDamaged = () => {
    healing = healProjection(live, openOptions, rebuild());
  };
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = live.close();
    await running;
    await healing;
    await closed;
    release();
  };
  return {
    rebuild,
    compact: (options) => exclusively(compactProjection(live, openOptions, options)),
    verify: (options) => exclusively(verifyProjection(live, openOptions, options)),
    close: () => (closing ??= close()),
  };
};

const projectionOf = (live: LiveModel, openOptions: OpenModelOptions, release: () => void): Projection => {
  const { announcer } = live;
  const model = (): ReadModel => live.model;
  const { store, runtime, turns = makeTurns(runtime) } = live.options;
  const source = { live: model, store, turns };
  return {
    ...projectionReads(model),
    ...operationsOf(live, openOptions, release),
    ...guardedHistory({
      history: userHistory(source),
      change: userChange(source),
      tagHistory: tagHistory(source),
      logHistory: logHistory(source),
      asOf: stateAsOf(source),
      tagsAsOf: tagsAsOf(source),
      getAsOf: entryAsOf(source),
    }),
    logId: openOptions.logId,
    epochAt: (position) => live.model.epochs.at(placeNumber(position)),
    placeOf: (position, epoch) =>
      position === 'start' ? 'held' : live.model.epochs.placeOf(Number(position), epoch, live.model.position, live.model.given),
    givenUpTo: (position) =>
      live.model.hasForeignEvents ? placeOf(live.model.epochs.givenUpTo(placeNumber(position), live.model.given)) : position,
    endOfEpoch: (epoch) => placeOf(Math.min(live.model.epochs.endOf(epoch) ?? -1, live.model.given)),
    position: () => placeOf(live.model.position),
    reflects: (position) => live.model.position >= Number(position),
    health: () => healthOf(live),
    failure: () => live.projector.failed,
    quarantined: () => listQuarantined(live.model),
    scrubbed: () => live.model.scrubbed >= live.model.erasures,
    waitForRevision: (stream, revision, timeout) => announcer.waitForRevision(live.model, stream, Number(revision), timeout),
    waitForPosition: (position, timeout) => announcer.waitForPosition(live.model, Number(position), timeout),
    waitUntilReady: (timeout) => live.waitUntilReady(timeout),
    onChange: (listener) => announcer.listen(listener),
    flush: () => live.projector.writer.flush(),
  };
};
