import { type AccessDenied, type AppendError, type AppendResult, Position, type PositionedEvent, type StreamName, type SubscriptionHub } from '@account-data/event-store';
import { type CancelTimer, pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { readOwnerNote } from '../files/OwnerLock.js';
import type { StoreFolder } from '../files/StoreFolder.js';
import type { InFlight } from '../InFlight.js';
import type { CompactionError, CompactionReport } from '../LmdbEventStore.js';
import type { LogRole, WriteResult } from '../LogRole.js';
import { connectToOwner, type OwnerConnection, type OwnerRequest } from '../socket/OwnerConnection.js';
import { encodeExpected } from '../socket/protocol.js';
import type { FollowerView } from './FollowerView.js';

export interface FollowerLogOptions {
  readonly folder: StoreFolder;
  readonly view: FollowerView;
  readonly runtime: Runtime;
  readonly hub: SubscriptionHub;
  /** Becomes the owner, if nobody is: gives the role to write with. Absent where writing is not allowed. */
  readonly takeOver: (() => Promise<LogRole | undefined>) | undefined;
  /** The writes that have no answer yet: they outlive a follower whose process becomes the owner. */
  readonly writes: InFlight;
}

interface Published {
  readonly events: ReadonlyArray<PositionedEvent>;
  readonly last: Position;
}

/** How often the watermark is looked at while there are subscriptions, in milliseconds; the owner's word comes sooner. */
const pollEvery = 50;
/** Of more new events than these each subscription reads for itself, in batches of its own. */
const maxNew = 1_000;
/** How long a write looks for an owner that answers, and waits for its answer, in milliseconds. */
const patience = 15_000;
const firstPause = 10;
const longestPause = 500;

const denied: AccessDenied = {
  _tag: 'AccessDenied',
  code: 'store_access_denied',
  message: "The store was opened in mode 'read'. Open it in mode 'auto' to write through its owner.",
};

/** A role that ends when this process becomes the owner: writes in flight then go to the owner it has become. */
export interface FollowerLog extends LogRole {
  /** Has the owner compact the log; `nobody` where there is none that answers. */
  readonly compact: () => Promise<E.Either<CompactionError, CompactionReport> | 'nobody'>;
  readonly retire: () => Promise<void>;
}

/** The log beside its owner: reads go to the file, writes to the owner's socket. */
export const createFollowerLog = ({ folder, view, runtime, hub, takeOver, writes }: FollowerLogOptions): FollowerLog => {
  let connection: OwnerConnection | undefined;
  let connecting: Promise<OwnerConnection | undefined> | undefined;
  let cancelPoll: CancelTimer | undefined;
  let told = view.durable();
  let ending: Promise<void> | undefined;
  const hasEnded = (): boolean => ending !== undefined;

  /** What became durable since, unless it is too much at once, or damaged: then each subscription reads for itself. */
  const newSince = (position: number): Published | undefined => {
    try {
      const { events, next, isEnd } = view.readAll({ after: position === 0 ? 'start' : Position(position), limit: maxNew });
      return isEnd && next !== 'start' ? { events, last: next } : undefined;
    } catch {
      return undefined;
    }
  };

  /** Reads what is new once for all subscriptions: they share its events, and what those are decoded to. */
  const notice = (): void => {
    if (hasEnded()) return;
    const durable = view.durable();
    if (durable === told) return;
    const published = hub.count() === 0 ? undefined : newSince(told);
    told = durable;
    if (published === undefined) hub.wake();
    else hub.publish(published.events, published.last);
  };

  const poll = (): void => {
    cancelPoll = undefined;
    notice();
    if (!hasEnded() && hub.count() > 0) cancelPoll = runtime.timers.setTimeout(poll, pollEvery);
  };

  const connect = async (milliseconds: number): Promise<OwnerConnection | undefined> => {
    const path = readOwnerNote(folder.lock)?.socket;
    if (path === undefined || path === null) return undefined;
    return connectToOwner({
      path,
      storeId: view.storeId,
      runtime,
      milliseconds,
      onDurable: notice,
      onClose: () => {
        connection = undefined;
      },
    });
  };

  const reach = async (milliseconds: number): Promise<OwnerConnection | undefined> => {
    if (hasEnded()) return undefined;
    if (connection?.isOpen() === true) return connection;
    connecting ??= connect(Math.max(1, milliseconds)).finally(() => {
      connecting = undefined;
    });
    const connected = await connecting;
    // It may have ended while it connected: nobody would close the connection any more.
    if (hasEnded()) connected?.close();
    else connection = connected;
    return connection;
  };

  /** An owner that does not answer in time (it hangs, or was stopped) is given up: the answer is that there is none. */
  const within = async <A>(milliseconds: number, asked: OwnerConnection, answer: Promise<A>): Promise<A> => {
    const cancel = runtime.timers.setTimeout(asked.close, Math.max(1, milliseconds));
    try {
      return await answer;
    } finally {
      cancel();
    }
  };

  const gaveUp = (stream: StreamName, wasSent: boolean): AppendError => {
    const message = `The owner of ${folder.path} does not answer. See whether its process (${folder.lock} names it) runs; if it hangs, stop it.`;
    return wasSent
      ? { _tag: 'OutcomeUnknown', code: 'outcome_unknown', stream, message }
      : { _tag: 'StoreUnavailable', code: 'store_unavailable', message };
  };

  /**
   * Asks the owner, whoever that is by now, until somebody answers. The same request may reach the log twice: ids and
   * expected revision stay what they were, so that it is stored once.
   */
  const write = async (
    request: OwnerRequest & { readonly stream: StreamName },
    performOn: (role: LogRole) => WriteResult<AppendResult | undefined>,
  ): Promise<E.Either<AppendError, AppendResult | undefined>> => {
    if (takeOver === undefined) return E.left(denied);
    const start = runtime.clock.monotonic();
    let wasSent = false;
    for (let wait = firstPause; ; wait = Math.min(longestPause, wait * 2)) {
      const left = patience - (runtime.clock.monotonic() - start);
      const reached = await reach(left);
      if (reached !== undefined) {
        wasSent = true;
        const answer = await within(left, reached, reached.send(request));
        if (E.isRight(answer) && 'revision' in answer.right) {
          // What others were told of before it, this process has seen already.
          if (answer.right.position === undefined || Number(answer.right.position) > told) notice();
          return E.right(answer.right);
        }
        if (E.isLeft(answer) && answer.left !== 'disconnected' && answer.left._tag !== 'CompactionFailed') return E.left(answer.left);
      } else {
        const owner = await takeOver();
        if (owner !== undefined) return performOn(owner);
      }
      if (runtime.clock.monotonic() - start > patience) return E.left(gaveUp(request.stream, wasSent));
      await pause(runtime, wait);
    }
  };

  const endNow = (): Promise<void> => {
    cancelPoll?.();
    connection?.close();
    connection = undefined;
    return view.close();
  };

  /** Once: a file descriptor that is closed again may be another file's by then. */
  const end = (): Promise<void> => (ending ??= endNow());

  return {
    name: 'follower',
    append: async (stream, events, expected) => {
      const request = { op: 'append', stream, events, expected: encodeExpected(expected) } as const;
      const outcome = await writes.track(write(request, (role) => role.append(stream, events, expected)));
      return outcome as E.Either<AppendError, AppendResult>;
    },
    setMetadata: async (stream, metadata) => {
      const outcome = await writes.track(
        write({ op: 'metadata', stream, metadata }, async (role) => E.map(() => undefined)(await role.setMetadata(stream, metadata))),
      );
      return E.map(() => undefined)(outcome);
    },
    tombstone: async (stream) => {
      const outcome = await writes.track(
        write({ op: 'tombstone', stream }, async (role) => E.map(() => undefined)(await role.tombstone(stream))),
      );
      return E.map(() => undefined)(outcome);
    },
    read: view.read,
    readAll: view.readAll,
    readAt: view.readAt,
    metadata: view.metadata,
    durable: view.durable,
    look: () => {
      notice();
      return told;
    },
    follow: () => {
      if (takeOver !== undefined) void reach(patience);
      if (cancelPoll === undefined && !hasEnded()) cancelPoll = runtime.timers.setTimeout(poll, pollEvery);
    },
    compact: async () => {
      if (takeOver === undefined) return E.left(denied);
      const reached = await reach(patience);
      if (reached === undefined) return 'nobody';
      const answer = await reached.send({ op: 'compact' });
      if (E.isRight(answer) && 'generation' in answer.right) return E.right(answer.right);
      if (E.isLeft(answer) && answer.left !== 'disconnected' && answer.left._tag === 'CompactionFailed') return E.left(answer.left);
      return E.left({
        _tag: 'StoreUnavailable',
        code: 'store_unavailable',
        message: 'The owner of the store ended before it answered. It may have compacted the log; compact it again to be sure.',
      });
    },
    retire: end,
    close: async () => {
      await writes.idle();
      await end();
    },
  };
};
