import { createSubscriptionHub } from '@account-data/event-store';
import { pause } from '@account-data/runtime';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { acquireOwnerLock, type OwnerLock } from './files/OwnerLock.js';
import { type StoreFolder, storeFolder } from './files/StoreFolder.js';
import { type FollowerView, openFollowerView } from './follower/FollowerView.js';
import type { LmdbEventStore, LmdbEventStoreOptions, LmdbStoreMode } from './LmdbEventStore.js';
import { type LmdbOpenError, openErrorOf } from './LmdbOpenError.js';
import { createStoreHandle } from './LmdbStoreHandle.js';
import { lockFolder, tryLockFolder } from './owner/ownedFile.js';
import { openOwner } from './owner/openOwner.js';
import { createRoleKeeper, type FollowerRights } from './RoleKeeper.js';

/** How long mode `auto` waits for an owner that is only just opening the store, in milliseconds. */
const openPatience = 10_000;
const openPause = 50;

/** The lock, or nothing where somebody else has it, or this process may not take it. */
const lockIfAllowed = (folder: StoreFolder): OwnerLock | undefined => {
  try {
    return acquireOwnerLock(folder.lock);
  } catch {
    return undefined;
  }
};

/** A view of a folder that may need an owner to bring it in order first: this process, where there is no other. */
const openView = async (folder: StoreFolder, { runtime, logger }: LmdbEventStoreOptions): Promise<FollowerView> => {
  try {
    return openFollowerView(folder);
  } catch (cause) {
    const lock = openErrorOf(folder.path, cause).code === 'store_not_recovered' ? lockIfAllowed(folder) : undefined;
    if (lock === undefined) throw cause;
    const hub = createSubscriptionHub({ runtime, readAll: ({ after }) => ({ events: [], next: after, isEnd: true }), head: () => 'start' });
    await (await openOwner(lock, { folder, runtime, logger, hub })).close();
    return openFollowerView(folder);
  }
};

const isNotReady = (folder: StoreFolder, cause: unknown): boolean =>
  ['store_missing', 'store_not_recovered'].includes(openErrorOf(folder.path, cause).code);

type LockOrView = { readonly lock: OwnerLock } | { readonly view: FollowerView };

/** Takes the folder or, where another process has it, a view of it, waiting for one that is only just being made. */
const openEither = async (folder: StoreFolder, { runtime }: LmdbEventStoreOptions): Promise<LockOrView> => {
  const start = runtime.clock.monotonic();
  for (;;) {
    const lock = tryLockFolder(folder);
    if (lock !== undefined) return { lock };
    try {
      return { view: openFollowerView(folder) };
    } catch (cause) {
      if (!isNotReady(folder, cause) || runtime.clock.monotonic() - start > openPatience) throw cause;
    }
    await pause(runtime, openPause);
  }
};

const lockOrView = async (folder: StoreFolder, options: LmdbEventStoreOptions): Promise<LockOrView> => {
  switch (options.mode ?? 'own') {
    case 'own':
      return { lock: lockFolder(folder) };
    case 'read':
      return { view: await openView(folder, options) };
    case 'beside':
      return { view: openFollowerView(folder) };
    case 'auto':
      return openEither(folder, options);
  }
};

const rightsOf: Readonly<Record<LmdbStoreMode, FollowerRights>> = { own: 'take-over', auto: 'take-over', beside: 'write', read: 'read' };

const openStore = async (options: LmdbEventStoreOptions): Promise<LmdbEventStore> => {
  const folder = storeFolder(options.path);
  const keeper = createRoleKeeper({
    folder,
    runtime: options.runtime,
    logger: options.logger,
    // Who compares what it shows with what is durable hears of all that is.
    ...(options.mode === 'beside' ? { checkpointEvery: 1 } : {}),
  });
  const opened = await lockOrView(folder, options);
  const storeId = 'lock' in opened ? await keeper.own(opened.lock) : keeper.follow(opened.view, rightsOf[options.mode ?? 'own']);
  return createStoreHandle(storeId, keeper);
};

/**
 * Opens the store in a folder, making it where there is none (but not in mode `read`).
 *
 * @category constructors
 */
export const openLmdbEventStore = (options: LmdbEventStoreOptions): TE.TaskEither<LmdbOpenError, LmdbEventStore> =>
  TE.tryCatch(
    () => openStore(options),
    (cause) => openErrorOf(options.path, cause),
  );
