import { type ConsumeOptions, type ConsumerDatabase, consume, HistoryLost, LogChanged, readLogName } from './consume.js';
import type { Checkpoint } from './FeedSource.js';

/** A second set of tables, built beside the live one. @category model */
export interface BuiltDatabase<Transaction> extends ConsumerDatabase<Transaction> {
  /**
   * Puts it in the place of the live one, in one transaction, where `isCurrent` says yes to the live checkpoint. Readers see the
   * one or the other. False where it says no.
   */
  readonly swapIn: (isCurrent: (live: Checkpoint | null) => boolean) => Promise<boolean>;
  /** Drops it. */
  readonly discard: () => Promise<void>;
  /** Leaves it as it is, for a later call. */
  readonly close: () => Promise<void>;
}

/** A database that can be built anew beside itself. @category model */
export interface RebuildableDatabase<Transaction> extends ConsumerDatabase<Transaction> {
  /** Opens the second set of tables: the one that was left unfinished where it is of this version, otherwise an empty one. */
  readonly beside: (version: string) => Promise<BuiltDatabase<Transaction>>;
}

/** As those of `consume`; the feed has to tell its head. @category model */
export interface RebuildOptions<Item, Transaction> extends Omit<ConsumeOptions<Item, Transaction>, 'database'> {
  readonly database: RebuildableDatabase<Transaction>;
  /** Names what the handlers make of the log: tables that a stopped rebuild of another version left unfinished are dropped. */
  readonly version: string;
}

/**
 * Builds the projection anew in a second set of tables, from the beginning of the log, and puts it in the place of the live one
 * as soon as it is as far. The live one is read and fed meanwhile; its consumer, in whichever process, goes on with what was put
 * in. This is what to do after handlers or migrations changed, and after {@link LogChanged} or {@link HistoryLost}. Run one at a
 * time.
 *
 * Stopped or killed, it goes on where it was when it is called again. Resolves with false where the signal ended it before.
 *
 * @category interpreters
 */
export const rebuild = async <Item, Transaction>(options: RebuildOptions<Item, Transaction>): Promise<boolean> => {
  const { source, database, version, signal } = options;
  if (source.head === undefined) throw new TypeError('A rebuild needs a feed that tells its head: engine and client have one.');
  while (!signal.aborted) {
    const goal = { logId: await source.logId(), head: await source.head() };
    const built = await database.beside(version);
    try {
      return await build(options, built, goal);
    } catch (error) {
      if (!(error instanceof LogChanged || error instanceof HistoryLost)) throw error;
      // What was left unfinished is of another log, or of a history that was lost since.
      await built.discard();
    } finally {
      await built.close();
    }
  }
  return false;
};

const isFar = (at: Checkpoint | null, than: string | null): boolean => than === null || (at !== null && BigInt(at.position) >= BigInt(than));

const build = async <Item, Transaction>(
  options: RebuildOptions<Item, Transaction>,
  built: BuiltDatabase<Transaction>,
  { logId, head }: { readonly logId: string; readonly head: string | null },
): Promise<boolean> => {
  const { signal } = options;
  // A live checkpoint of another log, or of a history that was lost, says nothing about this one.
  const isCurrent = (at: Checkpoint | null) => (live: Checkpoint | null): boolean =>
    live === null || readLogName(live.logId).logId !== logId || (at !== null && live.logId !== at.logId) || isFar(at, live.position);

  while (!signal.aborted) {
    const at = await built.loadCheckpoint();
    if (isFar(at, head) && (at === null || readLogName(at.logId).logId === logId) && (await built.swapIn(isCurrent(at)))) return true;
    const turn = new AbortController();
    const stop = (): void => {
      turn.abort();
    };
    signal.addEventListener('abort', stop);
    try {
      await consume({
        ...options,
        database: built,
        signal: turn.signal,
        onCheckpoint: (checkpoint, batch) => {
          options.onCheckpoint?.(checkpoint, batch);
          if (isFar(checkpoint, head)) stop();
        },
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
  return false;
};
