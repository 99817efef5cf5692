import { type AccountDataEngine, type EngineOptions, createAccountDataEngine } from '@account-data/engine';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { lmdbProjectionStorage } from '@account-data/projection';
import { keepPrivate, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { join, resolve } from 'node:path';
import { compactionStep } from './compactionStep.js';
import { erasureFile } from './erasureFile.js';
import { EngineNotOpened } from './EngineNotOpened.js';

/** What an engine on a folder may be told besides the folder. @category model */
export interface OpenEngineOptions extends Omit<EngineOptions, 'store' | 'projectionStorage' | 'erasureSteps' | 'erasureList'> {
  /** The data folder, made where it is missing. It is laid out as the server's, which can go on with it later. */
  readonly path: string;
}

/**
 * Opens the engine on a folder of its own: the log, the read model beside it, and `<path>.erasures` next to the folder. One
 * process at a time; `close` lets go of all of it.
 *
 * @throws EngineNotOpened where the log can't be opened, with its code; and what `createAccountDataEngine` throws
 * @category constructors
 */
export const openEngine = async ({ path, ...options }: OpenEngineOptions): Promise<AccountDataEngine> => {
  const folder = resolve(path);
  const runtime = options.runtime ?? systemRuntime;
  const opened = await openLmdbEventStore({ path: join(folder, 'log'), runtime })();
  if (E.isLeft(opened)) throw new EngineNotOpened(opened.left);
  const store = opened.right;
  keepPrivate(folder);
  try {
    const engine = await createAccountDataEngine({
      ...options,
      store,
      runtime,
      projectionStorage: lmdbProjectionStorage({ path: join(folder, 'projection') }),
      erasureSteps: [compactionStep(store)],
      erasureList: erasureFile({ path: `${folder}.erasures`, required: false }),
    });
    let closing: Promise<void> | undefined;
    const closeBoth = async (): Promise<void> => {
      await engine.close();
      await store.close();
    };
    return { ...engine, close: () => (closing ??= closeBoth()) };
  } catch (error) {
    await store.close();
    throw error;
  }
};
