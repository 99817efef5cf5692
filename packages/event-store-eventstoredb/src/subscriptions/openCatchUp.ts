import type { ReadFrom } from '@account-data/event-store';
import { tellsCaughtUp } from '../connection/ServerVersion.js';
import { serverFault } from '../faults/ServerFault.js';
import { withTimer } from '../faults/withTimer.js';
import { lastPositionBefore } from '../reads/lastPosition.js';
import { isAtOrAfter } from '../reads/positions.js';
import type { StoreContext } from '../reads/retryRead.js';
import { scanLog } from '../reads/scanLog.js';
import { type LogListener, type LogSubscription, type LogSubscriptionOptions, openLogSubscription } from './LogSubscription.js';

const pageSize = 500;

/** Something that is open or shut, and can be waited for. */
const createGate = (): { readonly open: () => void; readonly shut: () => void; readonly passed: () => Promise<void> } => {
  let isOpen = true;
  let waiting: Array<() => void> = [];
  return {
    open: () => {
      isOpen = true;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    shut: () => {
      isOpen = false;
    },
    passed: () => (isOpen ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};

/**
 * Opens a subscription that tells when it has caught up, on any server: where the server does not tell (before 23.10), by
 * reading the log up to its head first.
 *
 * @category constructors
 */
export const openCatchUp = (context: StoreContext, options: LogSubscriptionOptions, listener: LogListener): LogSubscription => {
  const { runtime, connection, timeouts } = context;
  const gate = createGate();
  let subscription: LogSubscription | undefined;
  let cancelled = false;
  let paused = false;
  const isCancelled = (): boolean => cancelled;

  const subscribe = (after: ReadFrom, to: LogListener): void => {
    if (cancelled) return;
    subscription = openLogSubscription(context, { ...options, after }, to);
    if (paused) subscription.pause();
  };

  const readUpToHead = async (): Promise<ReadFrom> => {
    const { prefixes } = options;
    let after = options.after;
    for (let isEnd = false; !isEnd && !isCancelled(); ) {
      await gate.passed();
      const head = await lastPositionBefore(context, 'end', { silence: timeouts.attempt });
      if (head === 'start' || isAtOrAfter(after, head)) break;
      const slice = await scanLog(context, { after, limit: pageSize, ...(prefixes === undefined ? {} : { prefixes }) }, head);
      for (const event of slice.events) if (!isCancelled()) listener.onEvent(event, JSON.stringify(event.data).length);
      if (slice.next !== 'start' && !isCancelled()) listener.onCheckpoint(slice.next);
      after = slice.next;
      isEnd = slice.isEnd;
    }
    return after;
  };

  const start = async (): Promise<void> => {
    const asked = connection.serverVersion();
    const version = await withTimer(runtime, timeouts.attempt, asked.result, asked.cancel);
    if (tellsCaughtUp(version)) {
      subscribe(options.after, listener);
      return;
    }
    if (!cancelled) listener.onConfirmed();
    subscribe(await readUpToHead(), {
      ...listener,
      onConfirmed: () => {
        listener.onConfirmed();
        listener.onCaughtUp();
      },
    });
  };

  start().catch((error: unknown) => {
    if (cancelled) return;
    cancelled = true;
    listener.onEnd(serverFault(error));
  });

  return {
    pause: () => {
      paused = true;
      gate.shut();
      subscription?.pause();
    },
    resume: () => {
      paused = false;
      gate.open();
      subscription?.resume();
    },
    cancel: () => {
      cancelled = true;
      gate.open();
      subscription?.cancel();
    },
  };
};
