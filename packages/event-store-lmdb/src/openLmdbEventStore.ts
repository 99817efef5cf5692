import { createSubscriptionHub, type LogSlice, type ReadAllOptions } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { acquireOwnerLock, type OwnerLock } from './files/OwnerLock.js';
import { type StoreFolder, storeFolder } from './files/StoreFolder.js';
import { createFollowerLog, type FollowerLog } from './follower/FollowerLog.js';
import { type FollowerView, openFollowerView } from './follower/FollowerView.js';
import type { LmdbEventStore, LmdbEventStoreOptions } from './LmdbEventStore.js';
import { type LmdbOpenError, openErrorOf } from './LmdbOpenError.js';
import { createStoreHandle } from './LmdbStoreHandle.js';
import type { LogRole } from './LogRole.js';
import { lockFolder, openOwner, type OwnedLog } from './owner/openOwner.js';

/** How long mode `auto` waits for an owner that is only just opening the store, in milliseconds. */
const openPatience = 10_000;
const openPause = 50;

const pause = (runtime: Runtime): Promise<void> =>
  new Promise((resolve) => {
    runtime.timers.setTimeout(resolve, openPause);
  });

/** The lock, or nothing where somebody else has it. */
const tryLockFolder = (folder: StoreFolder): OwnerLock | undefined => {
  try {
    return lockFolder(folder);
  } catch (cause) {
    if (openErrorOf(folder.path, cause).code === 'store_locked') return undefined;
    throw cause;
  }
};

type Opened = { readonly lock: OwnerLock } | { readonly view: FollowerView };

/** The view of a folder that may need its owner to bring it in order first; this process does, where nobody else can. */
const openView = async (folder: StoreFolder, options: LmdbEventStoreOptions): Promise<FollowerView> => {
  try {
    return openFollowerView(folder);
  } catch (cause) {
    if (openErrorOf(folder.path, cause).code !== 'store_not_recovered') throw cause;
    const lock = canLock(folder);
    if (lock === undefined) throw cause;
    const hub = createSubscriptionHub({ runtime: options.runtime, readAll: nothing });
    const owned = await openOwner(lock, { folder, runtime: options.runtime, logger: options.logger, hub });
    await owned.close();
    return openFollowerView(folder);
  }
};

const canLock = (folder: StoreFolder): OwnerLock | undefined => {
  try {
    return acquireOwnerLock(folder.lock);
  } catch {
    return undefined;
  }
};

const isNotReady = (folder: StoreFolder, cause: unknown): boolean =>
  ['store_missing', 'store_not_recovered'].includes(openErrorOf(folder.path, cause).code);

/** Takes the folder or, where another process has it, a view of it, waiting for one that is only just being made. */
const openEither = async (folder: StoreFolder, { runtime }: LmdbEventStoreOptions): Promise<Opened> => {
  const start = runtime.clock.monotonic();
  for (;;) {
    const lock = tryLockFolder(folder);
    if (lock !== undefined) return { lock };
    try {
      return { view: openFollowerView(folder) };
    } catch (cause) {
      if (!isNotReady(folder, cause) || runtime.clock.monotonic() - start > openPatience) throw cause;
    }
    await pause(runtime);
  }
};

/** What a subscription reads while the role changes: it has to ask again. */
const nothing = ({ after }: ReadAllOptions): LogSlice => ({ events: [], next: after, isEnd: false });

const openStore = async (options: LmdbEventStoreOptions): Promise<LmdbEventStore> => {
  const { path, runtime, logger, mode = 'own' } = options;
  const folder = storeFolder(path);
  let role: LogRole | undefined;
  let owned: OwnedLog | undefined;
  let changing: Promise<void> | undefined;
  const hub = createSubscriptionHub({
    runtime,
    readAll: (readOptions) => (role === undefined || changing !== undefined ? nothing(readOptions) : role.readAll(readOptions)),
  });

  const own = async (lock: OwnerLock): Promise<OwnedLog> => {
    owned = await openOwner(lock, { folder, runtime, logger, hub });
    role = owned.role;
    return owned;
  };

  const follow = (view: FollowerView, mayWrite: boolean): LogRole => {
    /** The follower makes room for the owner; if that fails, for another follower. */
    const become = async (follower: FollowerLog, lock: OwnerLock): Promise<LogRole | undefined> => {
      await follower.retire();
      try {
        const next = await own(lock);
        logger?.info('This process owns the store now.', { path });
        return next.role;
      } catch (cause) {
        const { code, message } = openErrorOf(path, cause);
        logger?.error('This process could not become the owner of the store.', { path, code, message });
        follow(openFollowerView(folder), mayWrite);
        return undefined;
      }
    };
    const takeOver = async (): Promise<LogRole | undefined> => {
      if (changing !== undefined) await changing;
      if (owned !== undefined) return owned.role;
      const lock = tryLockFolder(folder);
      if (lock === undefined) return undefined;
      const change = become(follower, lock).finally(() => {
        changing = undefined;
      });
      changing = change.then(
        () => undefined,
        () => undefined,
      );
      const next = await change;
      hub.wake();
      return next;
    };
    const follower = createFollowerLog({ folder, view, runtime, hub, takeOver: mayWrite ? takeOver : undefined });
    role = follower;
    if (hub.count() > 0) follower.follow();
    return follower;
  };

  const open = async (): Promise<{ readonly storeId: string; readonly first: LogRole }> => {
    const opened: Opened =
      mode === 'own'
        ? { lock: lockFolder(folder) }
        : mode === 'read'
          ? { view: await openView(folder, options) }
          : await openEither(folder, options);
    if ('lock' in opened) {
      const { storeId, role: first } = await own(opened.lock);
      return { storeId, first };
    }
    return { storeId: opened.view.storeId, first: follow(opened.view, mode === 'auto') };
  };

  const { storeId, first } = await open();
  return createStoreHandle({
    storeId,
    hub,
    role: () => role ?? first,
    changing: () => changing,
    close: async () => {
      await changing;
      await (owned ?? role ?? first).close();
      hub.close();
    },
  });
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
