import { type Backoff, backoffDelay, pause, type Runtime, settlesWithin, systemRuntime } from '@account-data/runtime';
import type { Checkpoint, FeedPart, FeedSource } from './FeedSource.js';

/** The database of a consumer. @category model */
export interface ConsumerDatabase<Transaction> {
  /** Runs `work` in a transaction: everything it did is kept, or, where it throws, nothing. */
  readonly transaction: <A>(work: (transaction: Transaction) => A | Promise<A>) => Promise<A>;
  /** Null before the first. */
  readonly loadCheckpoint: () => Checkpoint | null | Promise<Checkpoint | null>;
  readonly saveCheckpoint: (transaction: Transaction, checkpoint: Checkpoint) => void | Promise<void>;
}

/** What to make of an item. It is called once for each, in order, within the transaction that keeps the checkpoint. @category model */
export type Handler<Item, Transaction> = (transaction: Transaction, item: Item) => void | Promise<void>;

/** What was kept with a checkpoint. @category model */
export interface HandledBatch {
  /** How many items. */
  readonly items: number;
  /** When the log recorded the last of them, in milliseconds since the Unix epoch; absent where there is none, or it has no `time`. */
  readonly time?: number;
}

/** What a consumer reads, keeps its checkpoint in, and does with each item. @category model */
export interface ConsumeOptions<Item, Transaction> {
  readonly source: FeedSource<Item>;
  readonly database: ConsumerDatabase<Transaction>;
  /** One, or several that are called one after the other for each item. All of them keep what they did, or none does. */
  readonly handle: Handler<Item, Transaction> | ReadonlyArray<Handler<Item, Transaction>>;
  /** Ends the consumer; the transaction at hand is finished first. */
  readonly signal: AbortSignal;
  /** How many items share a transaction at the most. Default 500. */
  readonly batchSize?: number;
  /** How long an item waits for others to share its transaction, in milliseconds. Default 20. */
  readonly batchDelay?: number;
  /** Told of each checkpoint that was written. */
  readonly onCheckpoint?: (checkpoint: Checkpoint, batch: HandledBatch) => void;
  /** Told of each failure of the feed or the database, before it is tried again. */
  readonly onFailure?: (error: unknown, attempt: number) => void;
  /** Clock, timers and randomness. Default: the real ones. */
  readonly runtime?: Runtime;
}

/** The log behind the feed is not the one of the checkpoint: what was built belongs to another log. @category errors */
export class LogChanged extends Error {
  readonly code = 'log_changed';

  constructor(expected: string, actual: string) {
    super(
      `The checkpoint is of the log ${expected}, but the feed is of the log ${actual}. ` +
        'Build the projection anew in an empty database, or point the consumer to its own log.',
    );
    this.name = 'LogChanged';
  }
}

/** The log lost what the checkpoint stands on: an older copy took its place, and goes on from an earlier position. @category errors */
export class HistoryLost extends Error {
  readonly code = 'history_lost';
  /** The last position that is in the log as it was read; 0 where none is known to be. */
  readonly shared: string;

  constructor(checkpoint: string, shared: string) {
    super(
      `The checkpoint at position ${checkpoint} is of a history that the log lost: it was put back from an older copy, and ` +
        `only what lies up to position ${shared} is in it as it was read. Build the projection anew in an empty database, or ` +
        'undo in it what came after that position and keep a checkpoint there, without an epoch.',
    );
    this.name = 'HistoryLost';
    this.shared = shared;
  }
}

/** A checkpoint's `logId`: the log, and the epoch where one was known. */
export const readLogName = (name: string): { readonly logId: string; readonly epoch: string | undefined } => {
  const [logId = name, epoch] = name.split('_');
  return { logId, epoch };
};

const retry: Backoff = { first: 100, longest: 30_000 };

/**
 * Feeds a projection of one's own. Each item is handled exactly once, because what `handle` did and the checkpoint are
 * kept by the same transaction: after a crash it goes on where the database is. Failures of the feed or the database are
 * tried again, with growing delays, for as long as the signal allows.
 *
 * Resolves when the signal was aborted. Rejects with {@link LogChanged} or {@link HistoryLost}.
 *
 * @category interpreters
 */
export const consume = async <Item, Transaction>(options: ConsumeOptions<Item, Transaction>): Promise<void> => {
  const { signal } = options;
  const runtime = options.runtime ?? systemRuntime;
  const stopped = (): boolean => signal.aborted;
  for (let attempt = 0; !stopped(); ) {
    try {
      await follow(options, runtime, () => {
        attempt = 0;
      });
    } catch (error) {
      if (error instanceof LogChanged || error instanceof HistoryLost) throw error;
      if (stopped()) return;
      attempt += 1;
      options.onFailure?.(error, attempt);
      await pause(runtime, backoffDelay(runtime, retry, attempt), { signal });
    }
  }
};

/** Reads from the checkpoint on, until the feed ends or something fails. */
const follow = async <Item, Transaction>(
  options: ConsumeOptions<Item, Transaction>,
  runtime: Runtime,
  onProgress: () => void,
): Promise<void> => {
  const { source, database, signal } = options;
  const batchSize = options.batchSize ?? 500;
  const logId = await source.logId();
  const known = await database.loadCheckpoint();
  const name = known === null ? undefined : readLogName(known.logId);
  if (name !== undefined && name.logId !== logId) throw new LogChanged(name.logId, logId);

  const ended = new AbortController();
  const stop = (): void => {
    ended.abort();
  };
  signal.addEventListener('abort', stop);
  const feed = source.read(known?.position ?? null, ended.signal, name?.epoch)[Symbol.asyncIterator]();
  let next = feed.next();
  try {
    while (!signal.aborted) {
      const parts: Array<FeedPart<Item>> = [];
      const first = await next;
      if (first.done === true) return;
      if (first.value.lost !== undefined) throw new HistoryLost(first.value.lost, first.value.position);
      parts.push(first.value);
      next = feed.next();
      const full = runtime.clock.monotonic() + (options.batchDelay ?? 20);
      while (parts.length < batchSize) {
        if (!(await settlesWithin(runtime, full - runtime.clock.monotonic(), next))) break;
        const more = await next;
        if (more.done === true || more.value.lost !== undefined) break;
        parts.push(more.value);
        next = feed.next();
      }
      await keep(options, logId, parts);
      onProgress();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    ended.abort();
    // What the feed still had under way ends with its signal; nobody waits for it any more.
    next.catch(() => undefined);
  }
};

const keep = async <Item, Transaction>(
  { database, handle, onCheckpoint }: ConsumeOptions<Item, Transaction>,
  logId: string,
  parts: ReadonlyArray<FeedPart<Item>>,
): Promise<void> => {
  const last = parts.at(-1);
  if (last === undefined) return;
  const checkpoint = { logId: last.epoch === undefined ? logId : `${logId}_${last.epoch}`, position: last.position };
  const items = parts.flatMap(({ item }) => (item === undefined ? [] : [item]));
  const handlers = typeof handle === 'function' ? [handle] : handle;
  await database.transaction(async (transaction) => {
    for (const item of items) for (const handler of handlers) await handler(transaction, item);
    await database.saveCheckpoint(transaction, checkpoint);
  });
  const time = timeOf(items.at(-1));
  onCheckpoint?.(checkpoint, { items: items.length, ...(time === undefined ? {} : { time }) });
};

const timeOf = (item: unknown): number | undefined =>
  typeof item === 'object' && item !== null && 'time' in item && typeof item.time === 'number' ? item.time : undefined;
