import { postgresPrograms } from '@account-data/tests-postgres';
import { nodeSqlite } from './nodeSqlite.js';
import type { PeerName, RunningPeer } from './Peer.js';
import type { SqliteWay } from './sqlitePeer.js';

/** Why one of them can't be measured here, if so. */
export const peerMissing = (name: PeerName): string | undefined => {
  if (name.startsWith('sqlite') && nodeSqlite() === undefined) return `Node ${process.versions.node} has no node:sqlite`;
  if (!/^(account-data|sqlite)/.test(name) && postgresPrograms() === undefined) return 'PostgreSQL is not installed (Debian: apt-get install postgresql)';
  return undefined;
};

const openSqlite = async (folder: string, way: SqliteWay): Promise<RunningPeer> => {
  const sqlite = nodeSqlite();
  if (sqlite === undefined) throw new Error(`Node ${process.versions.node} has no node:sqlite.`);
  return (await import('./sqlitePeer.js')).sqlitePeer(sqlite, folder, way);
};

/** Opens one of them on an empty folder; its code is loaded only then. */
export const openPeer = async (name: PeerName, folder: string): Promise<RunningPeer> => {
  switch (name) {
    case 'account-data':
      return (await import('./accountDataPeer.js')).accountDataPeer(folder);
    case 'sqlite':
      return openSqlite(folder, 'each');
    case 'sqlite-grouped':
      return openSqlite(folder, 'grouped');
    case 'sqlite-plain':
      return openSqlite(folder, 'plain');
    case 'postgresql':
    case 'postgresql-plain':
      return (await import('./postgresPeer.js')).postgresPeer(postgresPrograms() ?? '', name === 'postgresql' ? 'logged' : 'plain');
    case 'emmett':
      return (await import('./emmettPeer.js')).emmettPeer(postgresPrograms() ?? '');
    case 'castore':
      return (await import('./castorePeer.js')).castorePeer(postgresPrograms() ?? '');
  }
};
