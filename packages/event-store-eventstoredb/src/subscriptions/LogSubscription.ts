import { isUpTo, type Position, type PositionedEvent, type ReadFrom, type StreamPrefixes } from '@account-data/event-store';
import { Position as positionFrom } from '@account-data/event-store';
import { TimedOut, within } from '@account-data/runtime';
import type { ClientReadableStream } from '@grpc/grpc-js';
import type { ConnectedNode } from '../connection/ConnectedNode.js';
import { beginsExactlyAfter } from '../connection/ServerVersion.js';
import { type ServerFault, serverFault } from '../faults/ServerFault.js';
import { lastPositionBefore } from '../reads/lastPosition.js';
import type { StoreContext } from '../reads/retryRead.js';
import type { ReadAnswer } from '../wire/ReadAnswer.js';
import { subscribeRequest } from '../wire/readRequests.js';
import { isOfSystem, positionOf, sizeOf } from '../wire/recordedEvents.js';
import type { RecentEvents } from './RecentEvents.js';

/** What a subscription tells, in the order of the log. @category model */
export interface LogListener {
  readonly onEvent: (event: PositionedEvent, bytes: number) => void;
  /** Everything that matches up to here (inclusive) has been told. */
  readonly onCheckpoint: (position: Position) => void;
  /** The server took the subscription. */
  readonly onConfirmed: () => void;
  readonly onCaughtUp: () => void;
  readonly onFellBehind: () => void;
  /** It was cut off; told once, and nothing after it. Not told after `cancel`. */
  readonly onEnd: (fault: ServerFault) => void;
}

/** One subscription of the server, as long as its call lasts. @category model */
export interface LogSubscription {
  /** The server is asked for no more until `resume`. What is under way may still come. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly cancel: () => void;
}

/** What a subscription of the server begins after, and which streams it shows. @category model */
export interface LogSubscriptionOptions {
  /** Exclusive. */
  readonly after: ReadFrom;
  readonly prefixes: StreamPrefixes | undefined;
}

/**
 * Where to subscribe from, so that what comes after a position comes whatever has been scavenged: the event before it,
 * on nodes that begin after the first event they find at or after the position they are given.
 */
const anchorOf = async ({ runtime, timeouts }: StoreContext, node: ConnectedNode, after: ReadFrom): Promise<ReadFrom> => {
  if (after === 'start') return 'start';
  const asked = node.serverVersion();
  const version = await within(runtime, timeouts.attempt, asked.result, asked.cancel);
  return beginsExactlyAfter(version) ? after : lastPositionBefore(runtime, node, after, { silence: timeouts.attempt });
};

/** Gives the answers of a subscription call to its listener, without what the port never shows. */
const answerReader = (recent: RecentEvents, after: ReadFrom, listener: LogListener): ((answer: ReadAnswer) => void) => {
  let last = after;
  const passes = (position: Position): boolean => {
    if (isUpTo(position, last)) return false;
    last = position;
    return true;
  };
  return (answer) => {
    switch (answer._tag) {
      case 'Event': {
        const { event } = answer;
        const position = positionOf(event);
        if (!passes(position)) return;
        if (isOfSystem(event)) listener.onCheckpoint(position);
        else listener.onEvent(recent.eventOf(event), sizeOf(event));
        return;
      }
      case 'Checkpoint': {
        const position = positionFrom(answer.position);
        if (passes(position)) listener.onCheckpoint(position);
        return;
      }
      case 'Confirmed':
        listener.onConfirmed();
        return;
      case 'CaughtUp':
        listener.onCaughtUp();
        return;
      case 'FellBehind':
        listener.onFellBehind();
        return;
      case 'StreamNotFound':
      case 'Other':
        return;
    }
  };
};

/**
 * Opens one subscription to a node's log; it does not come back when it is cut off. A node that takes it and does not
 * confirm it in time counts as silent: the connection lets go of it.
 *
 * @category constructors
 */
export const openLogSubscription = (
  context: StoreContext,
  node: ConnectedNode,
  { after, prefixes }: LogSubscriptionOptions,
  listener: LogListener,
): LogSubscription => {
  const { runtime, timeouts } = context;
  let call: ClientReadableStream<ReadAnswer> | undefined;
  let ended = false;
  let paused = false;
  let confirmed = false;
  let cancelTimer = (): void => undefined;

  const drop = (): void => {
    call?.cancel();
    // What it still holds flows off: a call that is paused would never come to its end, and disposing waits for that.
    call?.resume();
  };

  const end = (error: unknown): void => {
    if (ended) return;
    ended = true;
    cancelTimer();
    drop();
    if (error instanceof TimedOut) node.leave(error.message);
    listener.onEnd(serverFault(error));
  };

  const start = (opened: ClientReadableStream<ReadAnswer>): void => {
    opened.on('error', end);
    if (ended) {
      opened.cancel();
      return;
    }
    call = opened;
    const read = answerReader(context.recent, after, listener);
    cancelTimer = runtime.timers.setTimeout(() => {
      end(new TimedOut(`no answer to a subscription within ${timeouts.attempt} ms`));
    }, timeouts.attempt);
    opened.on('data', (answer: ReadAnswer) => {
      if (ended) return;
      if (answer._tag === 'Confirmed') {
        confirmed = true;
        cancelTimer();
        if (paused) opened.pause();
      }
      try {
        read(answer);
      } catch (error) {
        end(error);
      }
    });
    opened.on('end', () => {
      end(new Error('the server ended the subscription'));
    });
  };

  const opening = anchorOf(context, node, after).then((anchor) => {
    const request = node.openRead(subscribeRequest(anchor, prefixes));
    return within(runtime, timeouts.attempt, request, () => {
      request.then(
        (late) => {
          late.on('error', () => undefined);
          late.cancel();
        },
        () => undefined,
      );
    });
  });
  opening.then(start).catch(end);

  return {
    pause: () => {
      paused = true;
      // Until it is confirmed it is not paused: the node would seem silent where the handler is slow.
      if (confirmed) call?.pause();
    },
    resume: () => {
      paused = false;
      call?.resume();
    },
    cancel: () => {
      ended = true;
      cancelTimer();
      drop();
    },
  };
};
