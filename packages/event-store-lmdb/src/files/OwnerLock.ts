import { privateModes } from '@account-data/runtime';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tryLock } from 'fs-native-extensions';

/** Who owns a store, for people and for processes that want to reach it. */
export interface OwnerNote {
  readonly pid: number;
  /** The path of the Unix socket it takes writes on. */
  readonly socket: string | null;
}

/**
 * The one owner of a folder: a lock on an open file, which the system lets go of when the process ends, however it ends.
 */
export interface OwnerLock {
  /** Writes down who holds it. */
  readonly note: (note: OwnerNote) => void;
  readonly release: () => void;
}

/** Gives nothing where somebody else holds the lock. Throws where the file can't be written. */
export const acquireOwnerLock = (path: string): OwnerLock | undefined => {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, privateModes.file);
  let isGranted = false;
  try {
    isGranted = tryLock(descriptor);
  } finally {
    if (!isGranted) closeSync(descriptor);
  }
  if (!isGranted) return undefined;
  let isHeld = true;
  const write = (text: string): void => {
    ftruncateSync(descriptor, 0);
    writeSync(descriptor, text, 0, 'utf8');
  };
  return {
    note: (note) => {
      write(`${JSON.stringify(note)}\n`);
    },
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      write('');
      closeSync(descriptor);
    },
  };
};

/** What the owner wrote down; nothing where there is none, or it has not done so yet. */
export const readOwnerNote = (path: string): OwnerNote | undefined => {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof note !== 'object' || note === null || !('pid' in note) || typeof note.pid !== 'number') return undefined;
    const socket = 'socket' in note && typeof note.socket === 'string' ? note.socket : null;
    return { pid: note.pid, socket };
  } catch {
    return undefined;
  }
};
