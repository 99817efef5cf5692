import type { FollowProgress } from './FollowProgress.js';
import { type FollowFinding, findingOf } from './FollowFinding.js';
import { formatLsn, parseLsn } from './Lsn.js';
import { otherHomeserver } from './otherHomeserver.js';
import { someUsers } from './postgres/createSlot.js';
import { connectPostgres } from './postgres/PostgresConnection.js';
import { missingPreparation, publicationStatement } from './postgres/preparation.js';
import { readSourceState, type SourceState } from './postgres/SourceState.js';

/** What is looked at. @category model */
export interface CheckOptions {
  /** The homeserver's `server_name`. */
  readonly serverName: string;
  readonly connectionString: string;
  readonly slot: string;
  readonly publication: string;
  /** How far the log is; undefined where it has followed nothing, or that is not known. */
  readonly progress?: Pick<FollowProgress, 'confirmed'> | undefined;
}

/** So much WAL kept for a slot, in bytes, is worth a warning: one segment is 16 MiB. */
const muchWal = 1024 ** 3;

/**
 * Looks whether Synapse's database can be followed, changes nothing, and says how far the slot is behind. Rejects with the
 * client's error where the database can't be reached.
 *
 * @category constructors
 */
export const checkPostgres = async ({ serverName, connectionString, slot, publication, progress }: CheckOptions): Promise<ReadonlyArray<FollowFinding>> => {
  const connection = await connectPostgres(connectionString);
  try {
    const state = await readSourceState(connection, { slot, publication });
    const missing = missingPreparation(state) ?? otherHomeserver(await someUsers(connection), serverName);
    if (missing !== undefined) return [findingOf(missing)];
    return [...ofPublication(state, publication), ...ofSlot(state, slot, progress)];
  } finally {
    await connection.close();
  }
};

const ofPublication = (state: SourceState, publication: string): ReadonlyArray<FollowFinding> => {
  const statement = publicationStatement(state, publication);
  if (statement === undefined) return [];
  const isOwner = state.tables.every(({ isOwned }) => isOwned);
  return [
    {
      severity: isOwner ? 'info' : 'error',
      code: 'no_publication',
      message: `The publication ${publication} is not there or lacks something. ${isOwner ? 'It is made when the follow begins.' : 'Have the owner of the tables make it.'}`,
      statements: [statement],
    },
  ];
};

const ofSlot = ({ slot, walEnd }: SourceState, name: string, progress: CheckOptions['progress']): ReadonlyArray<FollowFinding> => {
  if (slot === undefined) {
    return progress === undefined
      ? [{ severity: 'info', code: 'no_slot', message: `The replication slot ${name} is made when the follow begins.`, statements: [] }]
      : [{ severity: 'error', code: 'slot_missing', message: `The replication slot ${name} is gone: changes are missed until the follow begins anew, which compares everything.`, statements: [] }];
  }
  if (slot.walStatus === 'lost') {
    return [{ severity: 'error', code: 'slot_lost', message: `PostgreSQL gave up the replication slot ${name} (max_slot_wal_keep_size): changes are missed until the follow begins anew, which compares everything.`, statements: [] }];
  }
  const kept = slot.restart === undefined ? 0 : Number(walEnd - slot.restart);
  const confirmed = slot.confirmed ?? parseLsn(progress?.confirmed ?? '0/0');
  const message = `The slot ${name} is confirmed up to ${formatLsn(confirmed)}, ${String(walEnd - confirmed)} bytes of WAL behind; PostgreSQL keeps ${String(kept)} bytes on its disk for it (${slot.walStatus ?? 'unknown'}), and ${slot.isActive ? 'it is read' : 'nobody reads it'}.`;
  const isWorrying = kept > muchWal || slot.walStatus === 'unreserved';
  return [{ severity: isWorrying ? 'warning' : 'info', code: isWorrying ? 'slot_behind' : 'slot', message: isWorrying ? `${message} Start the follow, or drop the slot if nobody will: else the disk of the database fills up.` : message, statements: [] }];
};
