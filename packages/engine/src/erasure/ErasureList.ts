import { isUserId, type StreamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import type { ErasureStep } from './ErasureReceipt.js';
import { recordErasure, recordedErasures } from './erasures.js';

/**
 * Who was erased, kept outside of the log: where the log is put back from a backup that was made before an erasure, the
 * list tells of it.
 *
 * @category model
 */
export interface ErasureList {
  /** The users of a log that are on it. */
  readonly read: (logId: string) => Promise<ReadonlySet<string>>;
  /** Resolved when it is durable. Users that are on it already change nothing. What remains to be said is returned. */
  readonly add: (logId: string, userIds: ReadonlyArray<string>) => Promise<ReadonlyArray<string>>;
}

interface ListedLog {
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly logId: string;
  readonly runtime: Runtime;
}

/**
 * Brings list and log together: an erasure that the log lacks is recorded in it, before anything is read from it; one
 * that the list lacks is added. Gives how many were recorded; the engine's start then carries them out.
 *
 * @throws StoreError
 */
export const applyErasureList = async (log: ListedLog, list: ErasureList): Promise<number> => {
  const recorded = await recordedErasures(log)();
  if (E.isLeft(recorded)) throw new StoreError(recorded.left);
  const listed = await list.read(log.logId);
  let applied = 0;
  for (const userId of listed) {
    if (!isUserId(userId) || recorded.right.has(userId)) continue;
    const done = await recordErasure(log, userId, { reason: 'The list of erasures names the user: the log was put back from an older copy.' })();
    if (E.isLeft(done)) throw new StoreError(done.left);
    applied += 1;
  }
  const missing = [...recorded.right].filter((userId) => !listed.has(userId));
  if (missing.length > 0) await list.add(log.logId, missing);
  return applied;
};

/** Writes the erasure down outside of the log. */
export const listStep = (list: ErasureList, logId: string): ErasureStep => ({
  step: 'list',
  run: async (userId) => ({ removed: [], remains: await list.add(logId, [userId]) }),
});
