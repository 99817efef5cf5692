import { closeSync, openSync } from 'node:fs';
import { tryLock, unlock } from 'fs-native-extensions';
import { refuse } from '../LmdbOpenError.js';

/**
 * LMDB tells the processes that read a file apart by their numbers: each locks the byte of its number in the lock file
 * (`mdb_reader_pid` in mdb.c). Two containers have numbers of their own, so that both processes may be number 1; the second
 * one then has no transaction to read in, which lmdb tells too late and in words that help nobody.
 *
 * Only for a file that this process has not open: to close any descriptor of the lock file lets go of LMDB's lock.
 */
export const refuseSameProcessNumber = (file: string): void => {
  const descriptor = openIfThere(`${file}-lock`);
  if (descriptor === undefined) return;
  let isFree: boolean;
  try {
    isFree = tryLock(descriptor, process.pid, 1);
    if (isFree) unlock(descriptor, process.pid, 1);
  } finally {
    closeSync(descriptor);
  }
  if (isFree) return;
  const number = String(process.pid);
  refuse(
    'store_same_process_number',
    file,
    `Another process with the number of this one (${number}) has ${file} open, from another container. Give them different numbers: ` +
      'run one of them with an init process (docker run --init), in the container of the other (docker exec), or with the other\'s ' +
      'process numbers (docker run --pid=container:NAME); or let it speak to the server over HTTP.',
  );
};

/** Where it is not there, or not for us to lock, lmdb says what is wrong. */
const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, 'r+');
  } catch {
    return undefined;
  }
};
