import { createSubscriptionHub, type LogSlice, Position, type ReadAllOptions, type SubscriptionHub } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { OwnerLock } from './files/OwnerLock.js';
import type { StoreFolder } from './files/StoreFolder.js';
import { createFollowerLog, type FollowerLog } from './follower/FollowerLog.js';
import { type FollowerView, openFollowerView } from './follower/FollowerView.js';
import { createChangeover } from './Changeover.js';
import { createInFlight } from './InFlight.js';
import type { CompactionError, CompactionReport, StoreLogger } from './LmdbEventStore.js';
import { openErrorOf } from './LmdbOpenError.js';
import type { LogRole } from './LogRole.js';
import { tryLockFolder } from './owner/ownedFile.js';
import { openOwner, type OwnedLog } from './owner/openOwner.js';

/** What a process beside the owner may do: write through it, and become the owner where there is none. */
export type FollowerRights = 'read' | 'write' | 'take-over';

/** Keeps the role this process has for a folder, and its subscriptions while that changes. */
export interface RoleKeeper {
  readonly hub: SubscriptionHub;
  /** The role as it is now. Throws before there is one. */
  readonly role: () => LogRole;
  /** Resolved when the role has changed, while it does. */
  readonly changing: () => Promise<void> | undefined;
  /** Begins as the owner, with the lock; gives the store's id. */
  readonly own: (lock: OwnerLock) => Promise<string>;
  /** Begins beside the owner; gives the store's id. */
  readonly follow: (view: FollowerView, may: FollowerRights) => string;
  readonly compact: () => Promise<E.Either<CompactionError, CompactionReport>>;
  readonly close: () => Promise<void>;
}

export interface RoleKeeperOptions {
  readonly folder: StoreFolder;
  readonly runtime: Runtime;
  readonly logger: StoreLogger | undefined;
  /** Of {@link createSubscriptionHub}. */
  readonly checkpointEvery?: number;
}

/** What a subscription reads while there is no role: it has to ask again. */
const nothing = ({ after }: ReadAllOptions): LogSlice => ({ events: [], next: after, isEnd: false });

export const createRoleKeeper = ({ folder, runtime, logger, checkpointEvery }: RoleKeeperOptions): RoleKeeper => {
  const { path } = folder;
  let role: LogRole | undefined;
  let owned: OwnedLog | undefined;
  let follower: FollowerLog | undefined;
  let isClosed = false;
  let mayTakeOver = true;
  const changeover = createChangeover();
  const writes = createInFlight();
  const hub = createSubscriptionHub({
    runtime,
    ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    readAll: (options) => (role === undefined || changeover.underWay() !== undefined ? nothing(options) : role.readAll(options)),
    head: () => {
      if (role === undefined || changeover.underWay() !== undefined) return undefined;
      const durable = role.durable();
      return durable === 0 ? 'start' : Position(durable);
    },
  });

  const own = async (lock: OwnerLock): Promise<OwnedLog> => {
    owned = await openOwner(lock, { folder, runtime, logger, hub });
    role = owned.role;
    return owned;
  };

  const follow = (view: FollowerView, may: FollowerRights): void => {
    const whereNobodyOwns = { read: undefined, write: (): Promise<undefined> => Promise.resolve(undefined), 'take-over': takeOver }[may];
    follower = createFollowerLog({ folder, view, runtime, hub, takeOver: whereNobodyOwns, writes });
    role = follower;
    if (hub.count() > 0) follower.follow();
  };

  /** The follower makes room for the owner or, should that fail, for another follower. */
  const becomeOwner = async (former: FollowerLog, lock: OwnerLock): Promise<LogRole | undefined> => {
    try {
      await former.retire();
      const next = await own(lock);
      logger?.info('This process owns the store now.', { path });
      return next.role;
    } catch (cause) {
      lock.release();
      tellNotOwner(cause);
      followAgain();
      return undefined;
    }
  };

  const tellNotOwner = (cause: unknown): void => {
    const { code, message } = openErrorOf(path, cause);
    logger?.error('This process could not become the owner of the store.', { path, code, message });
  };

  /** Where that fails too, the next write tries all of it again. */
  const followAgain = (): void => {
    try {
      follow(openFollowerView(folder), 'take-over');
    } catch (cause) {
      const { code, message } = openErrorOf(path, cause);
      logger?.error('This process can not read the store beside its owner.', { path, code, message });
    }
  };

  const lockOf = (): OwnerLock | undefined => {
    try {
      return tryLockFolder(folder);
    } catch (cause) {
      tellNotOwner(cause);
      return undefined;
    }
  };

  const takeOver = async (): Promise<LogRole | undefined> => {
    while (changeover.underWay() !== undefined) await changeover.underWay();
    if (owned !== undefined) return owned.role;
    if (isClosed) return undefined;
    const former = follower;
    const lock = former === undefined ? undefined : lockOf();
    if (former === undefined || lock === undefined) return undefined;
    const next = await changeover.run(() => becomeOwner(former, lock));
    hub.wake();
    return next;
  };

  const compact = async (): Promise<E.Either<CompactionError, CompactionReport>> => {
    if (owned !== undefined) return owned.compact();
    const answer = await follower?.compact();
    if (answer !== undefined && answer !== 'nobody') return answer;
    if (mayTakeOver && (await takeOver()) !== undefined) return compact();
    return E.left({
      _tag: 'StoreUnavailable',
      code: 'store_unavailable',
      message: `The owner of ${path} does not answer. See whether its process runs; if it hangs, stop it.`,
    });
  };

  return {
    hub,
    role: () => {
      if (role === undefined) throw new Error('The store is not open yet.');
      return role;
    },
    changing: changeover.underWay,
    own: async (lock) => (await own(lock)).storeId,
    follow: (view, may) => {
      mayTakeOver = may === 'take-over';
      follow(view, may);
      return view.storeId;
    },
    compact,
    close: async () => {
      // Their owner may end meanwhile: then they make this process the owner first.
      await writes.idle();
      isClosed = true;
      await changeover.underWay();
      await (owned ?? role)?.close();
      hub.close();
    },
  };
};
