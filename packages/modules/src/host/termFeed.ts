import type { FeedOptions } from './delivery/LiveFeed.js';
import type { Lease } from './delivery/Lease.js';
import type { TermEnd, TermOptions } from './TermOptions.js';

const batchSize = 512;

/** What a term hears of its feed. */
export interface FeedEvents {
  readonly onUndecodable: () => void;
  /** The log has something that can't be passed over. */
  readonly onEnd: (end: TermEnd) => void;
  readonly onFailed: (reason: unknown) => void;
}

/** How the log is read for a term's deliveries. */
export const termFeed = (options: TermOptions, lease: Lease, { onUndecodable, onEnd, onFailed }: FeedEvents): FeedOptions => ({
  lease,
  invoker: options.invoker,
  maxPending: options.maxPending,
  batchSize,
  timers: options.runtime.timers,
  acceptance: {
    clock: options.runtime.clock,
    readChange: options.readChange,
    isErased: options.isErased,
    logger: options.logger,
    undecodable: onUndecodable,
  },
  onTooNew: ({ event, problem }) => {
    onEnd({
      _tag: 'Failed',
      problem: `The event at position ${event.position} of ${event.stream} can't be passed over: ${problem}`,
    });
  },
  onFailed,
});
