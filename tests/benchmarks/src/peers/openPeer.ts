import { postgresPrograms } from '@account-data/tests-postgres';
import type { PeerName, RunningPeer } from './Peer.js';

/** Why one of them can't be measured here, if so. */
export const peerMissing = (name: PeerName): string | undefined => {
  if (name.startsWith('sqlite') && !process.getBuiltinModule('node:sqlite')) return `Node ${process.versions.node} has no node:sqlite`;
  if (!/^(account-data|sqlite)/.test(name) && postgresPrograms() === undefined) return 'PostgreSQL is not installed (Debian: apt-get install postgresql)';
  return undefined;
};

/** Opens one of them on an empty folder; its code is loaded only then. */
export const openPeer = async (name: PeerName, folder: string): Promise<RunningPeer> => {
  switch (name) {
    case 'account-data':
      return (await import('./accountDataPeer.js')).accountDataPeer(folder);
    case 'sqlite':
      return (await import('./sqlitePeer.js')).sqlitePeer(folder, 'each');
    case 'sqlite-grouped':
      return (await import('./sqlitePeer.js')).sqlitePeer(folder, 'grouped');
    case 'sqlite-plain':
      return (await import('./sqlitePeer.js')).sqlitePeer(folder, 'plain');
    case 'postgresql':
    case 'postgresql-plain':
      return (await import('./postgresPeer.js')).postgresPeer(postgresPrograms() ?? '', name === 'postgresql' ? 'logged' : 'plain');
    case 'emmett':
      return (await import('./emmettPeer.js')).emmettPeer(postgresPrograms() ?? '');
    case 'castore':
      return (await import('./castorePeer.js')).castorePeer(postgresPrograms() ?? '');
  }
};
