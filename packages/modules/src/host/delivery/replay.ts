import { isUpTo, type Position, type ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { LoadedModule } from '../LoadedModule.js';
import type { ReplayOptions, ReplayProgress } from '../ModuleHost.js';
import { acceptEvents } from './acceptEvents.js';
import type { Delivery } from './Delivery.js';
import { describeFailure } from './describeFailure.js';
import { Partitions } from './Partitions.js';
import type { FeedOptions } from './LiveFeed.js';
import type { Receiver } from './Receiver.js';
import { Semaphore } from './Semaphore.js';
import type { TrackServices } from './TrackServices.js';
import { Window } from './Window.js';

/** Why a replay ended before its end. */
export type ReplayStop = 'aborted' | 'moved' | 'store';

/** Callbacks of one replay that may run at once. */
const maxInFlight = 16;

/**
 * Delivers a range of the log to one module again. What fails is logged and counted, and not tried again; the module's
 * checkpoint has nothing to do with it.
 */
export const replay = async (
  module: LoadedModule,
  from: ReadFrom,
  to: Position,
  prefix: string,
  services: TrackServices,
  feed: FeedOptions,
  ended: Promise<unknown>,
  { onProgress, signal }: ReplayOptions,
): Promise<E.Either<ReplayStop, ReplayProgress>> => {
  let deliveries = 0;
  let failures = 0;
  let waiting: { readonly size: number; readonly resolve: () => void } | undefined;
  let isEnded = false;
  const end = ended.then(() => {
    isEnded = true;
  });
  const receiver: Receiver = {
    module,
    isReplay: true,
    admits: () => 'deliver',
    whenReady: (_change, proceed) => {
      proceed();
    },
    begins: () => undefined,
    settled: (delivery: Delivery) => {
      deliveries += 1;
      services.metrics?.delivered(module.name, delivery.state === 'handled' ? 'handled' : 'skipped', delivery.milliseconds);
      if (delivery.state === 'handled') {
        delivery.span?.end('handled');
        return;
      }
      failures += 1;
      const { error } = describeFailure(delivery.error, delivery.change);
      delivery.span?.end('skipped', error.name);
      services.logger.log('warn', 'A replayed delivery failed', {
        module: module.name,
        eventId: delivery.eventId,
        position: delivery.position,
        error: error.name,
        errorMessage: error.message,
      });
    },
  };
  const window = new Window(from);
  const partitions = new Partitions(new Semaphore(maxInFlight), services.lease, services.invoker, () => {
    window.done();
    if (waiting === undefined || window.pending > waiting.size) return;
    feed.timers.defer(waiting.resolve);
    waiting = undefined;
  });
  const drainedTo = (size: number): Promise<void> =>
    new Promise((resolve) => {
      if (window.pending <= size) feed.timers.defer(resolve);
      else waiting = { size, resolve };
    });
  const hasEnded = (): boolean => isEnded;
  const progress = (): ReplayProgress => ({ position: window.accepted, deliveries, failures });

  while (!isUpTo(to, window.accepted)) {
    if (hasEnded()) return E.left('moved');
    if (signal?.aborted === true) return E.left('aborted');
    const slice = await services.readLog({ after: window.accepted, prefixes: [prefix], limit: feed.batchSize });
    if (E.isLeft(slice)) return E.left('store');
    const wanted = slice.right.events.filter(({ position }) => isUpTo(position, to));
    const tooNew = acceptEvents(wanted, [receiver], window, partitions, feed.acceptance);
    if (tooNew !== undefined) return E.left('store');
    window.accept(slice.right.next);
    partitions.start();
    await Promise.race([drainedTo(feed.maxPending / 2), end]);
    onProgress?.(progress());
    if (slice.right.isEnd) break;
  }
  await Promise.race([drainedTo(0), end]);
  if (hasEnded()) return E.left('moved');
  onProgress?.(progress());
  return E.right(progress());
};
