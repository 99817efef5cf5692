import {
  isAtLeast,
  isUpTo,
  latest,
  type LogSlice,
  type Position,
  type PositionedEvent,
  type ReadAllOptions,
  type ReadError,
  type ReadFrom,
} from '@account-data/event-store';
import { within } from '@account-data/runtime';
import type * as E from 'fp-ts/lib/Either.js';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { tellsCaughtUp } from '../connection/ServerVersion.js';
import { CallFailed } from '../faults/ServerFault.js';
import { openLogSubscription } from '../subscriptions/LogSubscription.js';
import { lastPositionBefore } from './lastPosition.js';
import { retryRead, type StoreContext } from './retryRead.js';
import { scanLog } from './scanLog.js';

/**
 * Reads by a subscription that is given up at the head: where few events match, its checkpoints tell how far it came,
 * so that what was read is not lost when the time is over or the connection breaks.
 */
const readBySubscribing = (
  context: StoreContext,
  node: ConnectedNode,
  { after, prefixes, limit, maxBytes = Infinity }: ReadAllOptions,
  head: Position,
  milliseconds: number,
): Promise<LogSlice> =>
  new Promise((resolve, reject) => {
    const events: Array<PositionedEvent> = [];
    let reached = after;
    let bytes = 0;
    let done = false;

    const finish = (next: ReadFrom, isEnd: boolean): void => {
      if (done) return;
      done = true;
      cancelTimer();
      subscription.cancel();
      resolve({ events, next, isEnd });
    };
    const pass = (position: Position): void => {
      reached = position;
      if (events.length >= limit || bytes >= maxBytes) finish(position, isAtLeast(position, head));
      else if (isAtLeast(position, head)) finish(position, true);
    };
    const cancelTimer = context.runtime.timers.setTimeout(() => {
      subscription.cancel();
      if (reached !== after) finish(reached, false);
      else if (!done) {
        done = true;
        reject(new CallFailed({ _tag: 'Transient', sent: true, reason: `nothing read within ${Math.round(milliseconds)} ms` }));
      }
    }, milliseconds);

    const subscription = openLogSubscription(context, node, { after, prefixes }, {
      onEvent: (event, size) => {
        if (done) return;
        bytes += size;
        events.push(event);
        pass(event.position);
      },
      onCheckpoint: (position) => {
        if (!done) pass(position);
      },
      onConfirmed: () => undefined,
      onCaughtUp: () => {
        finish(latest(reached, head), true);
      },
      onFellBehind: () => undefined,
      onEnd: (fault) => {
        if (done) return;
        if (reached !== after) {
          finish(reached, false);
          return;
        }
        done = true;
        cancelTimer();
        reject(new CallFailed(fault));
      },
    });
  });

/** One attempt: the head and what leads up to it are one node's, since another may not have come so far. */
const attemptRead = async (context: StoreContext, node: ConnectedNode, options: ReadAllOptions, milliseconds: number): Promise<LogSlice> => {
  const head = await lastPositionBefore(context.runtime, node, 'end', { silence: milliseconds });
  if (head === 'start' || isUpTo(head, options.after)) return { events: [], next: options.after, isEnd: true };
  const asked = node.serverVersion();
  const version = await within(context.runtime, milliseconds, asked.result, asked.cancel);
  return tellsCaughtUp(version) ? readBySubscribing(context, node, options, head, milliseconds) : scanLog(context, node, options, head);
};

/** A part of the log. @category destructors */
export const readLog = (context: StoreContext, options: ReadAllOptions): Promise<E.Either<ReadError, LogSlice>> =>
  retryRead(context, 'read $all', (node, milliseconds) => attemptRead(context, node, options, milliseconds));
