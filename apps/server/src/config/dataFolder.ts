import type { LmdbOpenError } from '@account-data/event-store-lmdb';
import { danglingLink } from '@account-data/runtime';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const isFile = (path: string): boolean => {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/**
 * Why the log in a data folder could not be opened, for people who run servers and commands: in their settings' names.
 * The store itself speaks to programmers.
 */
export const describeLogError = (folder: string, { code, message, pid }: LmdbOpenError): string => {
  if (isFile(folder)) {
    return `${folder} is a file, not a folder. Give a folder as store.path, ACCOUNT_DATA_DIR or --dir; it is made where there is none.`;
  }
  const link = danglingLink(join(folder, 'log'));
  if (link !== undefined) return `${link} is a link to something that is not there. Mount or make what it leads to, or give another folder (store.path, ACCOUNT_DATA_DIR or --dir).`;
  if (code === 'store_locked') {
    const who = pid === undefined ? 'Another process' : `The process ${String(pid)}`;
    return (
      `${who} owns the data folder ${folder}: one server at a time runs on it. Stop that one, or give this one another ` +
      'folder (store.path or ACCOUNT_DATA_DIR) and another port. The commands of account-data work beside a running server; ' +
      'several servers can share a log in EventStoreDB.'
    );
  }
  return message;
};
