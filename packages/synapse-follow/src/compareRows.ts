import { jsonEquals, type JsonObject } from '@account-data/domain';
import { sha256Hex } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { ChangeApplier } from './ChangeApplier.js';
import { readContent } from './content/readContent.js';
import type { FollowedLog } from './FollowedLog.js';
import type { RowsSnapshot } from './RowsSnapshot.js';
import { contentHere } from './records.js';
import { keyText, type RowKey } from './SourceChange.js';

/** What is compared, and what is said of the differences. */
export interface CompareOptions {
  readonly log: FollowedLog;
  readonly applier: ChangeApplier;
  readonly snapshot: RowsSnapshot;
  readonly serverName: string;
  /** Names the snapshot: the same keys in it are the same changes. */
  readonly place: string;
  /** Whether modules are called for what is other than it was here. */
  readonly callbacks: boolean;
  readonly reason?: string;
  readonly stopped: AbortSignal;
}

const keysAtOnce = 1_000;

/**
 * Makes the log's state what the homeserver's rows are: erases who is erased there, sets what differs, and deletes what is
 * there no more. Gives how many keys were other. What is equal is passed over, so that it can be begun anew at any time.
 */
export const compareRows = async (options: CompareOptions): Promise<number> => {
  const { applier, snapshot, log } = options;
  for (const userId of await snapshot.erased()) if (hasData(log, userId)) await applier.erase(userId);
  const hereBefore = await hasKeys(options);
  let changed = 0;
  for await (const row of snapshot.rows()) {
    if (options.stopped.aborted) break;
    if (await setWhereOther(options, row, row.content, hereBefore)) changed += 1;
  }
  await applier.flush();
  if (hereBefore) changed += await deleteWhatIsGone(options);
  return changed;
};

/** The keys of the followed users that the log has something of. */
async function* keysHere({ log, applier, serverName, stopped }: CompareOptions): AsyncGenerator<RowKey, void, void> {
  for await (const line of log.exportLog({ history: false, signal: stopped })) {
    if (!('kind' in line) || !line.user_id.endsWith(`:${serverName}`)) continue;
    const key: RowKey =
      line.kind === 'tag'
        ? { table: 'room_tags', userId: line.user_id, roomId: line.room_id, type: line.type }
        : { table: line.room_id === null ? 'account_data' : 'room_account_data', userId: line.user_id, roomId: line.room_id, type: line.type };
    if (!applier.isExcluded(key)) yield key;
  }
}

/** Whether there is anything here to compare with: not so where a homeserver is taken over for the first time. */
const hasKeys = async (options: CompareOptions): Promise<boolean> => {
  for await (const _key of keysHere(options)) return true;
  return false;
};

const hasData = (log: FollowedLog, userId: string): boolean => {
  const { accountData, tags } = log.projection.heads(userId);
  return accountData !== 'no-stream' || tags !== 'no-stream';
};

const setWhereOther = async (
  { applier, log, place, callbacks, reason }: CompareOptions,
  key: RowKey,
  text: string,
  hereBefore: boolean,
): Promise<boolean> => {
  if (applier.isExcluded(key)) return false;
  const read = readContent(text);
  if (E.isLeft(read)) {
    applier.park(key, placeOf(place, key), read.left);
    return false;
  }
  const here = hereBefore ? contentHere(log, key) : undefined;
  const isNothing = here === undefined && key.table !== 'room_tags' && text === '{}';
  if (isNothing || (here !== undefined && jsonEquals(here, read.right as JsonObject))) return false;
  await applier.take(key, read.right, { place: placeOf(place, key), callbacks, ...(reason === undefined ? {} : { reason }) });
  return true;
};

const placeOf = (place: string, { table, userId, roomId, type }: RowKey): string => `${place}:${sha256Hex(keyText({ table, userId, roomId, type }))}`;

const deleteWhatIsGone = async (options: CompareOptions): Promise<number> => {
  const { applier, snapshot, place, reason } = options;
  let changed = 0;
  let keys: Array<RowKey> = [];
  const deleteMissing = async (): Promise<void> => {
    for (const key of await snapshot.missing(keys)) {
      await applier.delete(key, { place: `${placeOf(place, key)}:gone`, ...(reason === undefined ? {} : { reason }) });
      changed += 1;
    }
    keys = [];
  };
  for await (const key of keysHere(options)) {
    keys.push(key);
    if (keys.length >= keysAtOnce) await deleteMissing();
  }
  await deleteMissing();
  await applier.flush();
  return changed;
};
