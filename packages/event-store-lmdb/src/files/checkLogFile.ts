import { closeSync, existsSync, fstatSync, openSync, readSync, truncateSync } from 'node:fs';
import { isCutOff } from './lmdbFile.js';
import { refuse } from '../LmdbOpenError.js';

/** An LMDB file (of lmdb-js) begins with two pages that each hold this, and the version of its data format, at byte 24. */
const magic = 0xbeefc0de;
const dataVersion = 2;
const magicOffset = 24;
const headBytes = 8_192;

const isLog = (head: Buffer, length: number): boolean =>
  length === headBytes &&
  head.readUInt32LE(magicOffset) === magic &&
  head.readUInt16LE(magicOffset + 4) === dataVersion;

/**
 * What is known of a file: the folder says that a log was in use there, or nothing, as while it is being made; `read` is
 * the first, of a file that may only be read.
 */
export type LogFileState = 'in use' | 'being made' | 'read';

/**
 * Looks at a file before lmdb does, which ends the process over what it can't read. Refuses what is no LMDB file, was cut
 * off, or is empty (no bytes, or zeros at its beginning) though it was in use; what a cut-off creation left empty is made
 * so. Throws also what the system throws, where the file can't be opened for reading (and writing).
 */
export const checkLogFile = (file: string, state: LogFileState): void => {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, state === 'read' ? 'r' : 'r+');
  const head = Buffer.alloc(headBytes);
  let length: number;
  let isWhole = true;
  try {
    if (!fstatSync(descriptor).isFile()) return refuse('store_foreign_file', file, `${file} is no file. Give another folder.`);
    length = readSync(descriptor, head, 0, headBytes, 0);
    if (isLog(head, length)) isWhole = !isCutOff(descriptor, head);
  } finally {
    closeSync(descriptor);
  }
  if (head.every((byte) => byte === 0)) {
    if (state === 'being made') {
      truncateSync(file);
      return;
    }
    const what = length === 0 ? 'is empty' : 'holds only zeros at its beginning';
    refuse('store_corrupt', file, `${file} ${what}, but a log was in use there. Put back the folder from a backup.`);
  }
  if (!isLog(head, length)) {
    refuse('store_foreign_file', file, `${file} is no log of this store. Give another folder, or put back the file from a backup.`);
  }
  if (!isWhole) {
    refuse('store_corrupt', file, `${file} is damaged: its end is missing. Put back the folder from a backup.`);
  }
};
