import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RebuildError } from '../errors.js';
import type { RebuildOptions, RebuildResult } from '../ProjectionHealth.js';
import { checkOf } from './checkLog.js';
import type { LiveModel } from './LiveModel.js';
import { openGeneration, type CheckModel, type OpenModelOptions } from './openModel.js';
import { rebuildReport } from './ProgressReport.js';
import { readErasures } from './readErasures.js';
import { takeOver, type Rebuilt } from './takeOver.js';

const failed = (message: string): RebuildError => ({ _tag: 'RebuildFailed', code: 'rebuild_failed', message });

/** The generation an earlier rebuild left unfinished, or a new one. */
const openUnfinished = async (options: OpenModelOptions, check: CheckModel): Promise<Rebuilt> => {
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

/** Opens what is gone on with, and lets it hear of the erasures it does not know. */
const openToRebuild = async (
  live: LiveModel,
  options: OpenModelOptions,
  target: ReadFrom,
): Promise<E.Either<RebuildError, Rebuilt>> => {
  const { store } = live.options;
  const opened = await openUnfinished(options, checkOf(store, target));
  const erasures = await readErasures(opened.model, store);
  if (E.isRight(erasures) && (erasures.right === 0 || !opened.resumed)) return E.right(opened);
  await opened.model.storage.close();
  if (E.isLeft(erasures)) return E.left(erasures.left instanceof Error ? failed(erasures.left.message) : erasures.left);
  // Removed records leave their bytes in the file: not in what becomes the live one.
  await options.provider.remove(opened.name);
  return openToRebuild(live, options, target);
};

/**
 * Builds a new generation beside the live one and lets it take its place. It reads the erasures first; then the log,
 * in large parts. Stopped in between, it stays as far as it came, and the next rebuild goes on from there.
 *
 * @category constructors
 */
export const rebuildProjection =
  (live: LiveModel, openOptions: OpenModelOptions, options: RebuildOptions = {}): TE.TaskEither<RebuildError, RebuildResult> =>
  async () => {
    const head = await live.options.store.head()();
    if (E.isLeft(head)) return head;
    const opened = await openToRebuild(live, openOptions, head.right);
    if (E.isLeft(opened)) return opened;
    const report = rebuildReport(live, opened.right.model, head.right, options.onProgress);
    report.tell('erasures', true);
    return takeOver(live, openOptions, opened.right, head.right, report, options.signal);
  };
