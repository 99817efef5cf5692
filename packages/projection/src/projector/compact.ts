import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RebuildError } from '../errors.js';
import { readMeta } from '../model/ReadModel.js';
import type { RebuildOptions, RebuildResult } from '../ProjectionHealth.js';
import { copyStorage } from '../storage/copyStorage.js';
import type { LiveModel } from './LiveModel.js';
import { openGeneration, type OpenModelOptions } from './openModel.js';
import { rebuildReport } from './ProgressReport.js';
import { readErasures } from './readErasures.js';
import { takeOver } from './takeOver.js';

const failed = (message: string): RebuildError => ({ _tag: 'RebuildFailed', code: 'rebuild_failed', message });
const aborted: RebuildError = { _tag: 'RebuildAborted', code: 'rebuild_aborted' };

/** Copies what the live projection has written into a new generation; gives its name. */
const copyLive = async (
  live: LiveModel,
  { provider }: OpenModelOptions,
  signal: AbortSignal | undefined,
): Promise<E.Either<RebuildError, string>> => {
  const { writer } = live.projector;
  if (writer.failure !== undefined) return E.left(failed(writer.failure));
  await writer.flush();
  const { snapshot, meta } = await writer.quiesce(() => {
    const { storage } = live.model;
    return { snapshot: storage.snapshot(), meta: readMeta(storage) };
  });
  try {
    // What an unfinished rebuild has may be about users who were erased since.
    for (let left = await provider.unfinished(); left !== undefined; left = await provider.unfinished()) await provider.remove(left);
    const name = await provider.create();
    const storage = await provider.open(name);
    let whole = false;
    try {
      // What was removed is not copied.
      const copied = meta === undefined ? undefined : { ...meta, scrubbed: meta.erasures };
      whole = await copyStorage(snapshot, storage, copied, () => live.closed || signal?.aborted === true);
    } finally {
      await storage.close();
      if (!whole) await provider.remove(name);
    }
    return whole ? E.right(name) : E.left(aborted);
  } finally {
    snapshot.release();
  }
};

/**
 * Copies the live generation into a new one, which goes on from there and takes its place.
 *
 * @category constructors
 */
export const compactProjection =
  (live: LiveModel, openOptions: OpenModelOptions, options: RebuildOptions = {}): TE.TaskEither<RebuildError, RebuildResult> =>
  async () => {
    const { store } = live.options;
    const head = await store.head()();
    if (E.isLeft(head)) return head;
    const report = rebuildReport(live, live.model, head.right, options.onProgress);
    report.tell('copying', true);
    const copied = await copyLive(live, openOptions, options.signal);
    if (E.isLeft(copied)) return copied;
    const name = copied.right;
    const model = await openGeneration(openOptions, name, () => Promise.resolve(undefined));
    if (typeof model === 'string') return E.left(failed(`The copy can't be used: ${model}.`));
    const erasures = await readErasures(model, store);
    if (E.isLeft(erasures)) {
      await model.storage.close();
      return E.left(erasures.left instanceof Error ? failed(erasures.left.message) : erasures.left);
    }
    const caughtUp = rebuildReport(live, model, head.right, options.onProgress);
    return takeOver(live, openOptions, { name, model, resumed: false }, head.right, caughtUp, options.signal);
  };
