import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { RebuildError } from '../errors.js';
import type { RebuildProgress, RebuildResult } from '../ProjectionHealth.js';
import type { LiveModel, Predecessor } from './LiveModel.js';
import type { OpenedModel, OpenModelOptions } from './openModel.js';
import type { ProgressReport } from './ProgressReport.js';
import { placeOf } from '../records/place.js';

/** A model that is to take the live one's place once it has caught up. @category model */
export interface Rebuilt extends OpenedModel {
  /** Whether an earlier operation that had not ended began it. */
  readonly resumed: boolean;
}

const aborted: RebuildError = { _tag: 'RebuildAborted', code: 'rebuild_aborted' };
const failed = (message: string): RebuildError => ({ _tag: 'RebuildFailed', code: 'rebuild_failed', message });
/**
 * Lets a model catch up beside the live one and then take its place: when it is written it becomes the current one for
 * the next start, and then, as soon as it knows no less, the live one. Stopped in between, the live one stays.
 *
 * @category combinators
 */
export const takeOver = async (
  live: LiveModel,
  { provider, logger }: OpenModelOptions,
  { name, model, resumed }: Rebuilt,
  target: ReadFrom,
  report: ProgressReport<RebuildProgress['phase']>,
  signal: AbortSignal | undefined,
): Promise<E.Either<RebuildError, RebuildResult>> => {
  const isAborted = (): boolean => live.closed || signal?.aborted === true;
  const projector = live.projectorOf(model);
  let armed = false;
  let stop: ((error: RebuildError) => void) | undefined;
  const onAbort = (): void => stop?.(aborted);
  signal?.addEventListener('abort', onAbort);
  const listening = live.onClose(onAbort);
  const swapped = new Promise<E.Either<RebuildError, Predecessor>>((resolve) => {
    stop = (error) => {
      resolve(E.left(error));
    };
    live.succeedBy({
      name,
      projector,
      get armed() {
        return armed;
      },
      onBatch: () => {
        report.tell(projector.ready ? 'catching-up' : 'events', false);
      },
      onSwapped: (previous) => {
        resolve(E.right(previous));
      },
      onFailure: ({ message }) => stop?.(failed(message)),
    });
  });
  const pointer = { isMoved: false };
  /** Caught up, written, and named as the current one: may take over as soon as it knows no less than the live one. */
  const arm = async (): Promise<void> => {
    if (!(await projector.waitUntilReady(undefined))) {
      stop?.(aborted);
      return;
    }
    report.tell('catching-up', true);
    await projector.writer.flush();
    if (isAborted() || projector.failed !== undefined) return;
    report.tell('swapping', true);
    pointer.isMoved = true;
    await provider.makeCurrent(name);
    armed = true;
    live.swapIfPossible();
  };
  // The live one goes on trying on a full disk; this one makes room.
  projector.writer.onFailure = (reason) => stop?.(failed(reason));
  // It may have been ended while its storage was opened.
  if (isAborted()) onAbort();
  projector.start(target);
  arm().catch((error: unknown) => stop?.(failed(error instanceof Error ? error.message : String(error))));
  const outcome = await swapped;
  signal?.removeEventListener('abort', onAbort);
  listening();
  // It would keep all of this, the replaced model included, for as long as the new one lives.
  projector.writer.onFailure = undefined;
  if (E.isLeft(outcome)) {
    live.forgetSuccessor();
    await projector.stop();
    await projector.writer.close();
    await model.storage.close();
    // Gone on with, it would be found damaged again.
    if (projector.failed?.code === 'storage_damaged') {
      if (pointer.isMoved) await provider.makeCurrent(live.name);
      await provider.remove(name);
    }
    return outcome;
  }
  const previous = outcome.right;
  await live.retire(previous);
  await provider.remove(previous.name);
  report.tell('done', true);
  logger?.log('info', 'Another storage took the place of the live one.', {
    events: model.events,
    milliseconds: Math.round(report.duration),
    storage: name,
  });
  return E.right({ events: model.events, position: placeOf(model.position), duration: report.duration, resumed });
};
