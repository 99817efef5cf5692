import type { OperationProgress } from '@account-data/domain';
import type { ReadFrom } from '@account-data/event-store';
import type { ReadModel } from '../model/ReadModel.js';
import type { RebuildOptions, RebuildProgress } from '../ProjectionHealth.js';
import type { LiveModel } from './LiveModel.js';
import { placeNumber, placeOf } from '../records/place.js';

/** How often progress is told, in milliseconds. */
const progressEvery = 200;

/** Tells how far a model has come that reads the log. @category model */
export class ProgressReport<Phase extends string> {
  readonly #live: LiveModel;
  readonly #model: ReadModel;
  readonly #target: ReadFrom;
  readonly #onProgress: (progress: OperationProgress<Phase>) => void;
  readonly #start: number;
  readonly #firstEvents: number;
  readonly #firstPosition: number;
  #told = -Infinity;
  #phase: Phase | undefined;

  constructor(live: LiveModel, model: ReadModel, target: ReadFrom, onProgress: (progress: OperationProgress<Phase>) => void) {
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

  tell(phase: Phase, always: boolean): void {
    const { duration } = this;
    if (!always && phase === this.#phase && duration - this.#told < progressEvery) return;
    this.#told = duration;
    this.#phase = phase;
    const { events, position } = this.#model;
    const target = placeNumber(this.#target);
    const done = position - this.#firstPosition;
    const left = Math.max(0, target - position);
    this.#onProgress({
      phase,
      events,
      rate: duration > 0 ? ((events - this.#firstEvents) / duration) * 1_000 : 0,
      position: placeOf(position),
      target: this.#target,
      fraction: left === 0 ? 1 : (position + 1) / (target + 1),
      ...(done > 0 && duration > 0 ? { remaining: (left / done) * duration } : {}),
    });
  }
}

/** Of an operation that replaces the live model, whose health tells it, too. @category constructors */
export const rebuildReport = (
  live: LiveModel,
  model: ReadModel,
  target: ReadFrom,
  onProgress: RebuildOptions['onProgress'],
): ProgressReport<RebuildProgress['phase']> =>
  new ProgressReport(live, model, target, (progress) => {
    live.rebuild = progress.phase === 'done' ? undefined : progress;
    onProgress?.(progress);
  });
