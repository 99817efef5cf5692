import { existsSync, statSync } from 'node:fs';

/**
 * True where reading a SQLite file in WAL mode, as Synapse's is, would make files beside it that its owner can't write: nobody
 * has it open, so that the first reader makes `-wal` and `-shm`, and reading leaves them. They belong to who reads; only
 * where that is root SQLite gives them to the file's owner. Where the system has no users, there are no others.
 *
 * Source: https://sqlite.org/wal.html#read_only_databases
 */
export const wouldLeaveFiles = (path: string): boolean => {
  const user = process.geteuid?.();
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  return user !== undefined && owner !== undefined && user !== 0 && user !== owner && !existsSync(`${path}-wal`);
};
