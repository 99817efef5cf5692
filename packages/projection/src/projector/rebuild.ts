import { Position, type ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RebuildError } from '../errors.js';
import type { ReadModel } from '../model/ReadModel.js';
import type { RebuildOptions, RebuildProgress, RebuildResult } from '../ProjectionHealth.js';
import type { LiveModel, Predecessor } from './LiveModel.js';
import { checkOf } from './checkLog.js';
import { openGeneration, type CheckModel, type OpenedModel, type OpenModelOptions } from './openModel.js';
import { readErasures } from './readErasures.js';

const aborted: RebuildError = { _tag: 'RebuildAborted', code: 'rebuild_aborted' };
const failed = (message: string): RebuildError => ({ _tag: 'RebuildFailed', code: 'rebuild_failed', message });
const positionOf = (position: number): ReadFrom => (position < 0 ? 'start' : Position(position));

/** How often progress is told, in milliseconds. */
const progressEvery = 200;

/** The generation an earlier rebuild left unfinished, or a new one. */
const openUnfinished = async (options: OpenModelOptions, check: CheckModel): Promise<OpenedModel & { readonly resumed: boolean }> => {
  const { provider, logger } = options;
  const unfinished = await provider.unfinished();
  if (unfinished !== undefined) {
    const model = await openGeneration(options, unfinished, check);
    if (typeof model !== 'string') return { name: unfinished, model, resumed: model.position >= 0 };
    logger?.log('warn', `An unfinished rebuild can't be gone on with: ${model}. It begins anew.`, { storage: unfinished });
    await provider.remove(unfinished);
  }
  const name = await provider.create();
  const model = await openGeneration(options, name, check);
  if (typeof model === 'string') throw new Error(`A new storage can't be used: ${model}.`);
  return { name, model, resumed: false };
};

class ProgressReport {
  readonly #live: LiveModel;
  readonly #model: ReadModel;
  readonly #target: ReadFrom;
  readonly #onProgress: RebuildOptions['onProgress'];
  readonly #start: number;
  readonly #firstEvents: number;
  readonly #firstPosition: number;
  #told = -Infinity;
  #phase: RebuildProgress['phase'] | undefined;

  constructor(live: LiveModel, model: ReadModel, target: ReadFrom, onProgress: RebuildOptions['onProgress']) {
    this.#live = live;
    this.#model = model;
    this.#target = target;
    this.#onProgress = onProgress;
    this.#start = live.options.runtime.clock.monotonic();
    this.#firstEvents = model.events;
    this.#firstPosition = model.position;
  }

  get duration(): number {
    return this.#live.options.runtime.clock.monotonic() - this.#start;
  }

  tell(phase: RebuildProgress['phase'], always: boolean): void {
    const { duration } = this;
    if (!always && phase === this.#phase && duration - this.#told < progressEvery) return;
    this.#told = duration;
    this.#phase = phase;
    const { events, position } = this.#model;
    const target = this.#target === 'start' ? -1 : Number(this.#target);
    const done = position - this.#firstPosition;
    const left = Math.max(0, target - position);
    const progress: RebuildProgress = {
      phase,
      events,
      rate: duration > 0 ? ((events - this.#firstEvents) / duration) * 1_000 : 0,
      position: positionOf(position),
      target: this.#target,
      fraction: left === 0 ? 1 : (position + 1) / (target + 1),
      ...(done > 0 && duration > 0 ? { remaining: (left / done) * duration } : {}),
    };
    this.#live.rebuild = phase === 'done' ? undefined : progress;
    this.#onProgress?.(progress);
  }
}

/**
 * Builds a new generation beside the live one and lets it take its place. It reads the erasures first; then the log,
 * in large parts; when it has caught up and is written, it becomes the current one for the next start, and then the
 * live one. Stopped in between, it stays as far as it came, and the next rebuild goes on from there.
 *
 * @category constructors
 */
export const rebuildProjection =
  (live: LiveModel, openOptions: OpenModelOptions, options: RebuildOptions = {}): TE.TaskEither<RebuildError, RebuildResult> =>
  async () => {
    const { provider, logger } = openOptions;
    const { store } = live.options;
    const isAborted = (): boolean => live.closed || options.signal?.aborted === true;
    if (isAborted()) return E.left(aborted);
    const head = await store.head()();
    if (E.isLeft(head)) return head;
    const target = head.right;
    const { name, model, resumed } = await openUnfinished(openOptions, checkOf(store, target));
    const erasures = await readErasures(model, store);
    if (E.isLeft(erasures)) {
      await model.storage.close();
      return E.left(erasures.left instanceof Error ? failed(erasures.left.message) : erasures.left);
    }
    const report = new ProgressReport(live, model, target, options.onProgress);
    report.tell('erasures', true);
    const projector = live.projectorOf(model);
    let armed = false;
    let stop: ((error: RebuildError) => void) | undefined;
    const onAbort = (): void => stop?.(aborted);
    options.signal?.addEventListener('abort', onAbort);
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
      });
    });
    /** Caught up, written, and named as the current one: may take over as soon as it knows no less than the live one. */
    const arm = async (): Promise<void> => {
      if (!(await projector.waitUntilReady(undefined))) {
        stop?.(projector.failed === undefined ? aborted : failed(projector.failed.message));
        return;
      }
      report.tell('catching-up', true);
      await projector.writer.flush();
      if (isAborted() || projector.failed !== undefined) return;
      report.tell('swapping', true);
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
    options.signal?.removeEventListener('abort', onAbort);
    listening();
    if (E.isLeft(outcome)) {
      live.forgetSuccessor();
      live.rebuild = undefined;
      await projector.stop();
      await projector.writer.close();
      await model.storage.close();
      return outcome;
    }
    const previous = outcome.right;
    await live.retire(previous);
    await provider.remove(previous.name);
    report.tell('done', true);
    logger?.log('info', 'The projection was built anew.', { events: model.events, milliseconds: Math.round(report.duration), storage: name });
    return E.right({ events: model.events, position: positionOf(model.position), duration: report.duration, resumed });
  };
