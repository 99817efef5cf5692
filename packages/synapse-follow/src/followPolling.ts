import type { StreamNames } from '@account-data/domain';
import { type EventStore, StreamName } from '@account-data/event-store';
import { backoffDelay, pause, type Runtime } from '@account-data/runtime';
import * as t from 'io-ts';
import { ChangeApplier } from './ChangeApplier.js';
import { compareRows } from './compareRows.js';
import type { Follow } from './Follow.js';
import type { FollowedLog } from './FollowedLog.js';
import type { FollowHealth, FollowPhase } from './FollowHealth.js';
import type { FollowLogger } from './FollowLogger.js';
import { LastEvent } from './LastEvent.js';
import { ParkedRows } from './ParkedRows.js';
import { openPolled, type PolledDatabase } from './openPolled.js';
import { problemOf } from './problemOf.js';

/** What is polled, into which log. @category model */
export interface FollowPollingOptions {
  /** The homeserver's `server_name`. */
  readonly serverName: string;
  readonly database: PolledDatabase;
  /** Milliseconds from one look to the next. */
  readonly interval: number;
  /** Types of account data that are left out. */
  readonly excludeTypes: ReadonlyArray<string>;
  readonly log: FollowedLog;
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly runtime: Runtime;
  readonly logger: FollowLogger;
}

const polledCodec = t.readonly(t.type({ source: t.literal('polling'), looks: t.number }));

/** Between two attempts, in milliseconds. */
const again = { first: 500, longest: 30_000 };

/**
 * Follows a Synapse by comparing all its rows, of one moment, with the log every so often: for one on SQLite, and for
 * an account that may not replicate. It sees what rows hold then, not what they held in between; it needs no order of the writers, and
 * misses no deletion. One process does so for a log.
 *
 * @category constructors
 */
export const followPolling = (options: FollowPollingOptions): Follow => {
  const { serverName, store, names, runtime, log, logger } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  const listeners = new Set<() => void>();
  const parked = new ParkedRows(store, names, serverName, runtime);
  const applier = new ChangeApplier({ log, parked, serverName, excludeTypes: new Set(options.excludeTypes), logger });
  const stream = StreamName(names.followPolled(serverName));
  const polled = new LastEvent({ store, stream, type: 'SynapsePolled', codec: polledCodec, runtime });
  let phase: FollowPhase = 'starting';
  let problem: FollowHealth['problem'];
  let wake = new AbortController();
  const enter = (next: FollowPhase): void => {
    phase = next;
    for (const listener of listeners) listener();
  };

  const look = async (): Promise<void> => {
    const before = await polled.read();
    await applier.restart();
    await parked.load();
    parked.clear();
    const snapshot = await openPolled(options.database, serverName);
    try {
      const looks = (before?.looks ?? 0) + 1;
      const isFirst = before === undefined;
      if (isFirst) enter('comparing');
      // Before anything is appended, at the exact revision: of two who look at the same time, one does nothing.
      if (!isFirst) await polled.write({ source: 'polling', looks });
      await compareRows({ log, applier, snapshot, serverName, place: `polled:${String(looks)}`, callbacks: !isFirst, stopped: signal });
      if (isFirst && !signal.aborted) await polled.write({ source: 'polling', looks });
    } finally {
      await snapshot.close();
    }
  };

  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        // Whoever asks while it looks may mean what was looked at already: it looks once more.
        wake = new AbortController();
        await look();
        failures = 0;
        problem = undefined;
        enter('following');
        const either = AbortSignal.any([signal, wake.signal]);
        await pause(runtime, options.interval, { signal: either });
      } catch (error) {
        failures += 1;
        problem = problemOf(error);
        logger.log('warn', problem.message, { code: problem.code });
        enter('waiting');
        await pause(runtime, backoffDelay(runtime, again, failures), { signal });
      }
    }
    problem = undefined;
    enter('stopped');
  };
  const ended = run();

  return {
    health: () => ({
      serverName,
      way: 'polling',
      phase,
      ...(problem === undefined ? {} : { problem }),
      appended: applier.appended(),
      parked: parked.count(),
      parkedRows: parked.rows(),
      refusedErased: parked.erased(),
      resynchronised: [],
    }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    compare: () => {
      wake.abort();
    },
    release: (userId) => parked.release(userId),
    close: async () => {
      stopped.abort();
      await ended;
    },
  };
};
