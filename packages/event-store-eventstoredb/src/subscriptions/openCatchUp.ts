import { isAfter, isUpTo, type ReadFrom } from '@account-data/event-store';
import { TimedOut, within } from '@account-data/runtime';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { tellsCaughtUp } from '../connection/ServerVersion.js';
import { serverFault } from '../faults/ServerFault.js';
import { lastPositionBefore } from '../reads/lastPosition.js';
import type { StoreContext } from '../reads/retryRead.js';
import { scanLog } from '../reads/scanLog.js';
import { isReplaced, type ToldEvent } from './isReplaced.js';
import { type LogListener, type LogSubscription, type LogSubscriptionOptions, openLogSubscription } from './LogSubscription.js';

const pageSize = 500;

/** A subscription and the node it is at. @category model */
export interface CatchUp extends LogSubscription {
  /** Rejects where the node does not answer, or is not the leader and leaders are preferred, or was left for another. */
  readonly probe: () => Promise<void>;
  /** Lets go of the node, for it does not answer. */
  readonly leave: (reason: string) => void;
}

/** Told what a subscription that begins at a position comes to. @category model */
export interface CatchUpListener extends LogListener {
  /** The node's log ends before the position to go on after; told once, and nothing after it. */
  readonly onBehind: (head: ReadFrom) => void;
  /** The node's log is not the one that told of the event that was told last; told once, and nothing after it. */
  readonly onReplaced: (told: ToldEvent) => void;
}

/** From where a subscription goes on, and what was told before. @category model */
export interface CatchUpOptions extends LogSubscriptionOptions {
  /** The last event that was told, where there was one: the log is known again by it. */
  readonly told?: ToldEvent;
}

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
 * Opens a subscription that tells when it has caught up, at one node, on any server: where the server does not tell (before 23.10), by
 * reading the log up to its head first.
 *
 * @category constructors
 */
export const openCatchUp = (context: StoreContext, options: CatchUpOptions, listener: CatchUpListener): CatchUp => {
  const { runtime, connection, timeouts } = context;
  const gate = createGate();
  let node: ConnectedNode | undefined;
  let subscription: LogSubscription | undefined;
  let cancelled = false;
  let paused = false;
  const isCancelled = (): boolean => cancelled;

  const subscribe = (at: ConnectedNode, after: ReadFrom, to: LogListener): void => {
    if (cancelled) return;
    subscription = openLogSubscription(context, at, { ...options, after }, to);
    if (paused) subscription.pause();
  };

  const readUpToHead = async (at: ConnectedNode): Promise<ReadFrom> => {
    const { prefixes } = options;
    let after = options.after;
    for (let isEnd = false; !isEnd && !isCancelled(); ) {
      await gate.passed();
      const head = await lastPositionBefore(runtime, at, 'end', { silence: timeouts.attempt });
      if (head === 'start' || isUpTo(head, after)) break;
      const slice = await scanLog(context, at, { after, limit: pageSize, ...(prefixes === undefined ? {} : { prefixes }) }, head);
      for (const event of slice.events) if (!isCancelled()) listener.onEvent(event, JSON.stringify(event.data).length);
      if (slice.next !== 'start' && !isCancelled()) listener.onCheckpoint(slice.next);
      after = slice.next;
      isEnd = slice.isEnd;
    }
    return after;
  };

  const start = async (): Promise<void> => {
    const at = await within(runtime, timeouts.attempt, connection.node());
    node = at;
    if (options.after !== 'start') {
      // The server itself says of a subscription from beyond the end that it has caught up, and passes over what comes up to there.
      const head = await lastPositionBefore(runtime, at, 'end', { silence: timeouts.attempt });
      if (isCancelled()) return;
      if (head === 'start' || isAfter(options.after, head)) {
        cancelled = true;
        listener.onBehind(head);
        return;
      }
      const { told } = options;
      if (told !== undefined && (await isReplaced(runtime, at, told, timeouts.attempt)) && !isCancelled()) {
        cancelled = true;
        listener.onReplaced(told);
        return;
      }
    }
    const asked = at.serverVersion();
    const version = await within(runtime, timeouts.attempt, asked.result, asked.cancel);
    if (tellsCaughtUp(version)) {
      subscribe(at, options.after, listener);
      return;
    }
    if (!cancelled) listener.onConfirmed();
    subscribe(at, await readUpToHead(at), {
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
    if (error instanceof TimedOut) node?.leave(error.message);
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
    probe: async () => {
      if (node !== undefined) await lastPositionBefore(runtime, node, 'end', { silence: timeouts.attempt, onLeader: true });
    },
    leave: (reason) => {
      node?.leave(reason);
    },
  };
};
