import type { EventStore } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RebuildError } from '../errors.js';
import { applyEvent } from '../model/applyEvent.js';
import { readMeta, type ReadModel } from '../model/ReadModel.js';
import type { ProjectionDifference, VerifyOptions, VerifyProgress, VerifyResult } from '../ProjectionHealth.js';
import type { LiveModel } from '../projector/LiveModel.js';
import { catchUpPolicy, ModelWriter } from '../projector/ModelWriter.js';
import { openGeneration, type OpenModelOptions } from '../projector/openModel.js';
import { ProgressReport } from '../projector/ProgressReport.js';
import { readErasures } from '../projector/readErasures.js';
import type { StorageSnapshot } from '../storage/ProjectionStorage.js';
import { compareTables } from './compareTables.js';
import { placeNumber, placeOf } from '../records/place.js';

const aborted: RebuildError = { _tag: 'RebuildAborted', code: 'rebuild_aborted' };
const failed = (message: string): RebuildError => ({ _tag: 'RebuildFailed', code: 'rebuild_failed', message });

const pageSize = 1_000;
const defaultDifferences = 100;
/** How long the live projection may take to hear of erasures that are in the log, in milliseconds. */
const patience = 60_000;

/** Folds the log up to a position (inclusive), as far as it is not folded yet. */
const replay = async (
  model: ReadModel,
  writer: ModelWriter,
  store: EventStore,
  to: number,
  isAborted: () => boolean,
  report: ProgressReport<VerifyProgress['phase']>,
): Promise<E.Either<RebuildError, void>> => {
  const { names } = model;
  const prefixes = [names.accountDataPrefix, names.tagsPrefix, names.erasures, names.log];
  while (model.position < to) {
    if (isAborted()) return E.left(aborted);
    if (writer.failure !== undefined) return E.left(failed(writer.failure));
    const slice = await store.readAll({ after: placeOf(model.position), prefixes, limit: pageSize })();
    if (E.isLeft(slice)) return slice;
    for (const event of slice.right.events) {
      if (Number(event.position) > to) break;
      // Gaps were healed, or confirmed by the store, when the live projection met them.
      const applied = applyEvent(model, event, true);
      if (applied === 'newer' || applied === 'other_log') {
        return E.left(failed(`The event at position ${event.position} of the log can't be folded by this program.`));
      }
    }
    const { next, isEnd } = slice.right;
    model.position = Math.min(to, Math.max(model.position, placeNumber(next)));
    if (isEnd) model.position = to;
    writer.changed();
    await writer.hold();
    report.tell('events', false);
  }
  return E.right(undefined);
};

const verifyInto = async (
  live: LiveModel,
  fresh: ReadModel,
  options: VerifyOptions,
  isAborted: () => boolean,
): Promise<E.Either<RebuildError, VerifyResult>> => {
  const { store, runtime, logger } = live.options;
  const erasures = await readErasures(fresh, store);
  if (E.isLeft(erasures)) return E.left(erasures.left instanceof Error ? failed(erasures.left.message) : erasures.left);
  const { announcer } = live;
  const heard = fresh.erasures < 0 || (await announcer.waitForRevision(live.model, fresh.names.erasures, fresh.erasures, patience));
  if (isAborted()) return E.left(aborted);
  if (!heard) return E.left(failed('The live projection does not hear of the latest erasures: it has stopped or lags far behind.'));
  if (live.projector.writer.failure !== undefined) return E.left(failed(live.projector.writer.failure));
  const writer = new ModelWriter(fresh, runtime, catchUpPolicy, logger);
  writer.onFailure = () => {
    void writer.abandon();
  };
  fresh.live = false;
  const report = new ProgressReport<VerifyProgress['phase']>(live, fresh, placeOf(live.model.position), (progress) => {
    live.verification = progress;
    options.onProgress?.(progress);
  });
  report.tell('events', true);
  let snapshot: StorageSnapshot | undefined;
  try {
    // Most of the log first, so that the moment to compare at is not long past when the replay gets there.
    const first = await replay(fresh, writer, store, live.model.position, isAborted, report);
    if (E.isLeft(first)) return first;
    const liveWriter = live.projector.writer;
    await liveWriter.flush();
    const taken = await liveWriter.quiesce(() => {
      const { storage } = live.model;
      return { snapshot: storage.snapshot(), position: readMeta(storage)?.position ?? -1 };
    });
    snapshot = taken.snapshot;
    const rest = await replay(fresh, writer, store, taken.position, isAborted, report);
    if (E.isLeft(rest)) return rest;
    await writer.flush();
    if (writer.failure !== undefined) return E.left(failed(writer.failure));
    report.tell('comparing', true);
    const differences: Array<ProjectionDifference> = [];
    let differenceCount = 0;
    const limit = options.limit ?? defaultDifferences;
    const records = await compareTables({
      live: snapshot,
      fresh: fresh.storage,
      requestKeyWindow: fresh.requestKeyWindow,
      timers: runtime.timers,
      isAborted,
      onDifference: (difference) => {
        differenceCount += 1;
        if (differences.length < limit) differences.push(difference);
      },
    });
    if (isAborted()) return E.left(aborted);
    return E.right({
      equal: differenceCount === 0,
      position: placeOf(taken.position),
      events: fresh.events,
      records,
      differenceCount,
      differences,
    });
  } finally {
    snapshot?.release();
    await writer.abandon();
  }
};

/**
 * Proves that what the live projection has written equals a fresh replay of the log up to the same position, in a
 * storage of its own that is removed afterwards; names where it does not. The live one goes on meanwhile.
 *
 * @category constructors
 */
export const verifyProjection =
  (live: LiveModel, openOptions: OpenModelOptions, options: VerifyOptions = {}): TE.TaskEither<RebuildError, VerifyResult> =>
  async () => {
    const { provider } = openOptions;
    const isAborted = (): boolean => live.closed || options.signal?.aborted === true;
    if (isAborted()) return E.left(aborted);
    const name = await provider.createTemporary();
    try {
      const fresh = await openGeneration(openOptions, name, () => Promise.resolve(undefined));
      if (typeof fresh === 'string') return E.left(failed(`A temporary storage can't be used: ${fresh}.`));
      try {
        return await verifyInto(live, fresh, options, isAborted);
      } finally {
        await fresh.storage.close();
      }
    } finally {
      await provider.remove(name);
    }
  };

